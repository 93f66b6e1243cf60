import { expect, it } from 'vitest'
import type { Histogram } from '../../../src/telemetry/metrics/histogram.ts'
import { histogramOf } from '../../../src/telemetry/metrics/histogram.ts'
import type { CallMetrics } from '../../../src/telemetry/metrics/metrics-snapshot.ts'
import { boundedCalls, sumCalls } from '../../../src/telemetry/metrics/sum-calls.ts'

const none = histogramOf({ bounds: [1], counts: [0, 0], sums: [0, 0], max: 0 })

function seriesWith(durationSeconds: Histogram): CallMetrics {
  return {
    operation: 'chat',
    route: 'fast',
    model: 'm',
    provider: 'us',
    tier: 'default',
    tenant: 'acme',
    calls: durationSeconds.count,
    streams: 0,
    errors: {},
    durationSeconds,
    firstContentSeconds: none,
    promptTokens: none,
    completionTokens: none,
    cachedTokens: 0,
    estimatedUsages: 0,
    costUsd: 0,
    unknownCosts: 0,
  }
}

it('histograms of other bounds, as another version counts, are added up by their bounds and lose nothing', () => {
  const ours = histogramOf({ bounds: [1, 10], counts: [1, 2, 1], sums: [0.5, 8, 20], max: 20 })
  const theirs = histogramOf({ bounds: [5, 10, 100], counts: [4, 1, 1, 1], sums: [12, 7, 50, 200], max: 200 })
  const merged = {
    bounds: [1, 5, 10, 100],
    counts: [1, 4, 3, 1, 2],
    sums: [0.5, 12, 15, 50, 220],
    count: 11,
    sum: 297.5,
    max: 200,
  }
  expect(sumCalls([ours, theirs].map(seriesWith))[0]?.durationSeconds).toEqual(merged)
  expect(sumCalls([theirs, ours].map(seriesWith))[0]?.durationSeconds).toEqual(merged)
})

it('of more series than there may be, those with the fewest calls are added up under one name', () => {
  const withCalls = (model: string, calls: number): CallMetrics => ({ ...seriesWith(none), model, calls })
  const series = [withCalls('a', 3), withCalls('b', 9), withCalls('c', 5), withCalls('d', 1)]
  const told = (most: number) => boundedCalls(series, most).map(({ model, calls }) => [model, calls])
  expect(told(2)).toEqual([
    ['b', 9],
    ['c', 5],
    ['other', 4],
  ])
  expect(told(4)).toHaveLength(4)
})
