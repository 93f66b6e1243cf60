import { GatewayError } from '@modelgate/core'
import { describe, expect, test } from 'vitest'
import { isUsageRefusal, StreamUsage, withUsage } from '../src/stream-usage.ts'
import { chatRequest } from './support/calls.ts'

describe('StreamUsage', () => {
  test('asks unless the client did, it is off, or the model refused', () => {
    const usage = new StreamUsage(true)
    expect(usage.asksFor(chatRequest)).toBe(true)
    expect(usage.asksFor({ ...chatRequest, stream_options: null })).toBe(true)
    expect(usage.asksFor({ ...chatRequest, stream_options: { include_usage: false } })).toBe(true)
    expect(usage.asksFor({ ...chatRequest, stream_options: { include_usage: true } })).toBe(false)
    expect(new StreamUsage(false).asksFor(chatRequest)).toBe(false)
    usage.remember(chatRequest.model)
    expect(usage.asksFor(chatRequest)).toBe(false)
  })

  test('remembers 1,000 models, the last ones: callers choose the names', () => {
    const usage = new StreamUsage(true)
    for (let at = 0; at <= 1_000; at++) usage.remember(`model-${at}`)
    expect(usage.asksFor({ ...chatRequest, model: 'model-0' })).toBe(true)
    expect(usage.asksFor({ ...chatRequest, model: 'model-1' })).toBe(false)
    expect(usage.asksFor({ ...chatRequest, model: 'model-1000' })).toBe(false)
  })
})

test('withUsage leaves the request it was given alone', () => {
  expect(withUsage(chatRequest).stream_options).toEqual({ include_usage: true })
  expect(chatRequest).not.toHaveProperty('stream_options')
})

test.each([
  [new GatewayError('invalid_request', 'Unknown parameter: stream_options'), true],
  [new GatewayError('invalid_request', 'Extra inputs', { param: 'stream_options.include_usage' }), true],
  [new GatewayError('invalid_request', 'Unknown parameter: temperature'), false],
  [new GatewayError('upstream_unavailable', 'stream_options'), false],
  [new Error('stream_options'), false],
])('isUsageRefusal(%s) is %s', (error, expected) => {
  expect(isUsageRefusal(error)).toBe(expected)
})
