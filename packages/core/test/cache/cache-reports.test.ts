import { expect, it } from 'vitest'
import { metricsSince } from '../../src/telemetry/metrics/metrics-since.ts'
import type { MetricsSnapshot } from '../../src/telemetry/metrics/metrics-snapshot.ts'
import { prometheusText } from '../../src/telemetry/metrics/prometheus-text.ts'
import { sumCalls } from '../../src/telemetry/metrics/sum-calls.ts'
import type { RequestRecord } from '../../src/telemetry/request-log.ts'
import { turns } from '../support/calls.ts'
import { cachedGateway, down } from './cached-gateway.ts'

it('The request log says whether the cache answered', async () => {
  const records: RequestRecord[] = []
  const requestLog = { write: (record: RequestRecord) => void records.push(record), flush: async () => {} }
  const { post } = cachedGateway({ requestLog })
  for (const headers of [{}, {}, { 'x-modelgate-cache': 'off' }]) await post({ headers })
  await post({ body: { model: 'plain' } })
  expect(records.map(({ cache, cost }) => [cache, cost === 0])).toEqual([
    ['miss', false],
    ['hit', true],
    ['bypass', false],
    [undefined, false],
  ])
})

it('Metrics count what the cache said', async () => {
  const { gateway, post } = cachedGateway({ metrics: true })
  for (const headers of [{}, {}, {}, { 'x-modelgate-cache': 'off' }]) await post({ headers })
  await post({ body: { model: 'plain' } })
  const before = gateway.metrics()!
  const said = (snapshot: MetricsSnapshot) =>
    Object.fromEntries(snapshot.calls.map(({ route, cache }) => [route, cache]))
  expect(said(before)).toEqual({ fast: { miss: 1, hit: 2, bypass: 1 }, plain: undefined })
  expect(sumCalls([...before.calls, ...before.calls])[0]?.cache).toEqual({ miss: 2, hit: 4, bypass: 2 })
  expect(prometheusText(before)).toMatch(
    /modelgate_cache_answers_total\{[^}]*route="fast"[^}]*modelgate_cache="hit"\} 2/,
  )
  await post()
  expect(said(metricsSince(gateway.metrics()!, before))).toEqual({ fast: { hit: 1 } })
})

it('Who asked with a call that fails is told of as that call is, and was not turned away', async () => {
  const { promise: asked, resolve: answer } = Promise.withResolvers<void>()
  const { gateway, post, reports } = cachedGateway(
    { metrics: true, routes: { fast: { targets: ['us/us-1'], cache: true } } },
    [[asked, down]],
  )
  const answers = [post(), post(), post()]
  await turns()
  answer()
  expect((await Promise.all(answers)).map(({ cache }) => cache)).toEqual(['miss', 'miss', 'miss'])
  const [led, ...joined] = reports
  expect(led?.attempts).toHaveLength(1)
  expect(joined).toHaveLength(2)
  for (const { route, target, cache, attempts, costUsd } of joined) {
    expect({ route, target, cache, attempts, costUsd }).toEqual({
      route: 'fast',
      target: 'us/us-1',
      cache: 'miss',
      attempts: [],
      costUsd: 0,
    })
  }
  expect(gateway.metrics()).toMatchObject({ refusals: {}, calls: [{ model: 'us-1', calls: 3, cache: { miss: 3 } }] })
})
