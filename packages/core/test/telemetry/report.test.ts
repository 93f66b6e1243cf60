import { describe, expect, it } from 'vitest'
import { createCall } from '../../src/create-call.ts'
import { GatewayError } from '../../src/errors.ts'
import { completedOutcome, failedOutcome } from '../../src/outcome.ts'
import { reportOf } from '../../src/telemetry/report.ts'
import { toRequestRecord } from '../../src/telemetry/request-log.ts'
import { chatCall } from '../support/calls.ts'

const usage = {
  prompt_tokens: 30,
  completion_tokens: 2,
  total_tokens: 32,
  prompt_tokens_details: { cached_tokens: 20 },
}
const now = '2025-01-02T03:04:05.678Z'

function servedCall() {
  const call = chatCall(
    { stream: true },
    {
      callId: 'call-1',
      principal: { tenant: 'acme', userId: 'ann', keyId: 'key-1', tier: 'premium' },
      tags: { team: 'search' },
    },
  )
  call.context.route = 'fast'
  call.context.target = { provider: 'us', model: 'arn:x/nova' }
  call.context.attempts.push({ target: 'us/arn:x/nova', code: '200', durationMs: 12 })
  call.context.droppedParams.add('logit_bias').add('seed')
  call.context.spending.costUsd = 0.0125
  return call
}

describe('reportOf', () => {
  it('tells what became of a call that was served', () => {
    const call = servedCall()
    const outcome = completedOutcome({ usage, finishReason: 'stop', responseModel: 'nova-2' }, 7.6)
    expect(reportOf(call, outcome, call.context.startedAt + 41.4)).toEqual({
      callId: 'call-1',
      operation: 'chat',
      status: 'completed',
      errorCode: undefined,
      requestModel: 'fast',
      route: 'fast',
      target: 'us/arn:x/nova',
      provider: 'us',
      responseModel: 'nova-2',
      stream: true,
      finishReason: 'stop',
      attempts: [{ target: 'us/arn:x/nova', code: '200', durationMs: 12 }],
      usage,
      usageSource: 'reported',
      costUsd: 0.0125,
      droppedParams: ['logit_bias', 'seed'],
      durationMs: 41,
      firstFrameMs: 8,
      tenant: 'acme',
      userId: 'ann',
      keyId: 'key-1',
      tier: 'premium',
      tags: { team: 'search' },
    })
  })

  it('tells of a call that was refused what there is to tell', () => {
    const call = chatCall()
    const report = reportOf(call, failedOutcome(new GatewayError('invalid_request', 'x')), call.context.startedAt)
    expect(report).toMatchObject({
      status: 'failed',
      errorCode: 'invalid_request',
      route: undefined,
      target: undefined,
      provider: undefined,
      stream: false,
      attempts: [],
      usage: undefined,
      usageSource: 'estimated',
      durationMs: 0,
      firstFrameMs: undefined,
      tenant: undefined,
      tags: {},
    })
  })

  it('calls an unknown error internal, and takes an operation without streams for not streamed', () => {
    const call = createCall<'embeddings'>({
      operation: 'embeddings',
      request: { input: 'x' },
      origin: 'door',
      deadlineMs: 1,
    })
    const report = reportOf(call, { ...failedOutcome(new Error('x')), error: new Error('x') }, call.context.startedAt)
    expect(report).toMatchObject({ operation: 'embeddings', errorCode: 'internal', stream: false })
  })
})

describe('toRequestRecord', () => {
  it('is the flat form that is logged', () => {
    const call = servedCall()
    const outcome = completedOutcome({ usage, finishReason: 'stop', responseModel: 'nova-2' }, 7.6)
    expect(toRequestRecord(reportOf(call, outcome, call.context.startedAt + 41.4), now)).toEqual({
      requestId: 'call-1',
      timestamp: '2025-01-02T03:04:05.678Z',
      userId: 'ann',
      tenant: 'acme',
      keyId: 'key-1',
      tier: 'premium',
      operation: 'chat',
      route: 'fast',
      model: 'arn:x/nova',
      responseModel: 'nova-2',
      provider: 'us',
      target: 'us/arn:x/nova',
      status: 'completed',
      errorCode: null,
      finishReason: 'stop',
      stream: true,
      tokens: 32,
      promptTokens: 30,
      completionTokens: 2,
      cachedTokens: 20,
      usageSource: 'reported',
      cost: 0.0125,
      latency: 41,
      firstFrameMs: 8,
      attempts: [{ target: 'us/arn:x/nova', code: '200', durationMs: 12, cost: null }],
      droppedParams: ['logit_bias', 'seed'],
      tags: { team: 'search' },
    })
  })

  it('has null, not nothing, for what is unknown, so that every record has the same columns', () => {
    const call = chatCall()
    const refused = toRequestRecord(
      reportOf(call, failedOutcome(new GatewayError('cancelled', 'x')), call.context.startedAt),
      now,
    )
    const served = toRequestRecord(reportOf(servedCall(), completedOutcome({ usage }), 0), now)
    expect(Object.keys(refused)).toEqual(Object.keys(served))
    expect(JSON.parse(JSON.stringify(refused))).toEqual(refused)
    expect(refused).toMatchObject({
      status: 'cancelled',
      errorCode: 'cancelled',
      // Whoever looks for the caller of a wrong name finds it here.
      model: 'fast',
      tokens: null,
      cachedTokens: null,
      // No attempt was made.
      cost: 0,
    })
  })

  it('holds no word of the prompt', () => {
    const call = chatCall({ messages: [{ role: 'user', content: 'my secret plan' }] })
    const record = toRequestRecord(reportOf(call, completedOutcome({}), 0), now)
    expect(JSON.stringify(record)).not.toContain('secret')
  })
})
