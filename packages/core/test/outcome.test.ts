import { describe, expect, it } from 'vitest'
import { GatewayError } from '../src/errors.ts'
import {
  type AnswerFacts,
  completedOutcome,
  failedOutcome,
  knownOutcome,
  onceSettled,
  settledAs,
} from '../src/outcome.ts'

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

describe('completedOutcome', () => {
  it('takes over what the answer told, and knows no price', () => {
    expect(completedOutcome({ usage, finishReason: 'length', responseModel: 'nova' }, 12)).toEqual({
      status: 'completed',
      usage,
      usageSource: 'reported',
      finishReason: 'length',
      responseModel: 'nova',
      firstFrameMs: 12,
      costUsd: null,
    })
  })

  it('labels usage that nobody reported as estimated', () => {
    expect(completedOutcome({})).toMatchObject({ status: 'completed', usage: undefined, usageSource: 'estimated' })
  })
})

describe('usage without a number of tokens', () => {
  it.each([
    null,
    {},
    { prompt_tokens: 5 },
    { prompt_tokens: 5, completion_tokens: null },
    { ...usage, prompt_tokens: -1 },
  ])('such as %j is none: what has passed is asked for', odd => {
    const facts = { usage: odd as never, completionTokensPassed: () => 7 }
    const expected = { usage: undefined, usageSource: 'estimated', completionTokensPassed: 7 }
    expect(completedOutcome(facts)).toMatchObject(expected)
    expect(failedOutcome(new GatewayError('stream_interrupted', 'Cut.'), facts)).toMatchObject(expected)
  })
})

describe('names that an upstream reports', () => {
  const facts = (name: unknown) => ({ finishReason: name, responseModel: name, serviceTier: name }) as AnswerFacts

  it.each([{ a: 1 }, ['stop'], 7, true, null])('are none where they are no text: %j', odd => {
    const none = { finishReason: undefined, responseModel: undefined, serviceTier: undefined }
    expect(completedOutcome(facts(odd))).toMatchObject(none)
    expect(failedOutcome(new GatewayError('stream_interrupted', 'Cut.'), facts(odd))).toMatchObject(none)
  })

  it('are cut where nobody could log them', () => {
    const cut = 'm'.repeat(2_048)
    const expected = { finishReason: cut, responseModel: cut, serviceTier: cut }
    expect(completedOutcome(facts('m'.repeat(1_000_000)))).toMatchObject(expected)
  })
})

describe('failedOutcome', () => {
  it('is failed, with the error', () => {
    const error = new GatewayError('stream_interrupted', 'Cut.')
    expect(failedOutcome(error)).toMatchObject({ status: 'failed', error, usageSource: 'estimated', costUsd: null })
  })

  it('keeps what had passed before the failure', () => {
    const outcome = failedOutcome(new GatewayError('timeout_idle', 'Silence.'), { usage, responseModel: 'nova' }, 7)
    expect(outcome).toMatchObject({ usage, usageSource: 'reported', responseModel: 'nova', firstFrameMs: 7 })
  })

  it('is cancelled when the caller left', () => {
    expect(failedOutcome(new GatewayError('cancelled', 'Left.')).status).toBe('cancelled')
    expect(failedOutcome(new GatewayError('reader_stalled', 'Took nothing.')).status).toBe('cancelled')
  })

  it('calls an error that is not ours internal, and keeps it as the cause', () => {
    const bug = new RangeError('x')
    expect(failedOutcome(bug)).toMatchObject({ status: 'failed', error: { code: 'internal', cause: bug } })
  })
})

describe('a result that has settled already', () => {
  it('says its outcome at once, and as a promise', async () => {
    const outcome = completedOutcome({ usage })
    const result = { settled: settledAs(outcome) }
    let told: unknown
    onceSettled(result, settled => {
      told = settled
    })
    expect(told).toBe(outcome)
    expect(await result.settled).toBe(outcome)
  })

  it('is no such result any more once a layer has put a later end in its place', async () => {
    const outcome = completedOutcome({ usage })
    const first = { settled: settledAs(outcome) }
    const replaced = { ...first, settled: first.settled.then(settled => ({ ...settled, costUsd: 1 })) }
    expect(knownOutcome(replaced)).toBeUndefined()
    const told = await new Promise(resolve => onceSettled(replaced, resolve))
    expect(told).toMatchObject({ costUsd: 1 })
  })
})
