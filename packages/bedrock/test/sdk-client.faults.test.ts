import { isGatewayError } from '@modelgate/core'
import type { Fault } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aChat, aRig, completionOf, cutOf, type Rig } from './a-call.ts'
import { aClientRig, protocols } from './a-client.ts'
import { brokenStreams } from './broken-streams.ts'

const status = (code: number, errorType?: string, message?: string): Fault => ({
  kind: 'status',
  status: code,
  ...(errorType && { errorType }),
  ...(message && { message }),
})

const refusals: readonly (readonly [string, Fault, string])[] = [
  ['a 400', status(400, 'ValidationException', 'Words of AWS.'), 'invalid_request'],
  ['an input that is too long', status(400, 'ValidationException', 'Input is too long.'), 'context_length_exceeded'],
  ['a quota', status(400, 'ServiceQuotaExceededException'), 'upstream_rate_limited'],
  ['a 403', status(403, 'AccessDeniedException', 'User: arn:aws:iam::123456789012:user/me'), 'upstream_auth_failed'],
  ['an expired session', status(403, 'ExpiredTokenException'), 'upstream_auth_failed'],
  ['a wrong signature', status(403, 'InvalidSignatureException'), 'upstream_auth_failed'],
  ['a 404', status(404, 'ResourceNotFoundException', 'The model has reached its end.'), 'model_not_found'],
  ['a model timeout', status(408, 'ModelTimeoutException'), 'upstream_unavailable'],
  ['a 413', status(413, 'RequestEntityTooLargeException'), 'request_too_large'],
  ['a model error', status(424, 'ModelErrorException'), 'upstream_bad_response'],
  ['a throttle', { ...status(429), headers: { 'retry-after': '7' } } as Fault, 'upstream_rate_limited'],
  ['a model that is not ready', status(429, 'ModelNotReadyException'), 'upstream_unavailable'],
  ['a 500', status(500, 'InternalServerException'), 'upstream_unavailable'],
  ['a 503', status(503), 'upstream_unavailable'],
  ['an exception of next year', status(418, 'QuantumException', 'Words of AWS.'), 'invalid_request'],
  ['a page of HTML', { kind: 'html', status: 502 }, 'upstream_unavailable'],
  ['a page of HTML that forbids', { kind: 'html', status: 403 }, 'upstream_auth_failed'],
  ['a page of HTML with status 200', { kind: 'html', status: 200 }, 'upstream_bad_response'],
  ['a redirect', { kind: 'redirect', location: 'http://169.254.169.254/' }, 'upstream_bad_response'],
]

/** A call that fails: with what callers and the gateway see, and with what came before. */
async function failureOf(rig: Rig, fault: Fault, stream: boolean) {
  const { simulator } = rig
  simulator.reset()
  simulator.setFaults([{ fault }])
  const { error, chunks } = await rig.chat(aChat({ stream })).then(
    async result => (result.kind === 'stream' ? cutOf(result) : { error: completionOf(result), chunks: [] }),
    (thrown: unknown) => ({ error: thrown, chunks: [] }),
  )
  if (!isGatewayError(error)) throw new Error(`no failure: ${String(error)}`)
  expect(chunks.every(chunk => chunk.choices.every(choice => choice.finish_reason === null))).toBe(true)
  await simulator.settled()
  expect(simulator.requests()).toHaveLength(1)
  const { code, status, retryable, retryAfterMs } = error
  const said = [error.message, error.cause instanceof Error ? error.cause.message : ''].map(text =>
    text.replace(/request [0-9a-f-]{36}/, 'request …').toLowerCase(),
  )
  return { failure: { code, status, retryable, retryAfterMs }, said, chunks: chunks.length }
}

describe.each(protocols)('over %s', protocol => {
  let lean: Rig
  let rig: Rig
  beforeAll(async () => {
    lean = await aRig({}, { seed: 7 })
    rig = await aClientRig(protocol, { simulation: { seed: 7 } })
  })
  beforeEach(() => rig.simulator.reset())
  afterAll(async () => {
    await lean[Symbol.asyncDispose]()
    await rig[Symbol.asyncDispose]()
  })

  describe.each([
    ['whole', false],
    ['streamed', true],
  ] as const)('a refusal of an answer, %s,', (_name, stream) => {
    it.each(refusals)('%s is one request and the failure that it is without the SDK', async (_what, fault, code) => {
      const [ours, theirs] = [await failureOf(lean, fault, stream), await failureOf(rig, fault, stream)]
      expect(theirs.failure).toEqual(ours.failure)
      expect(theirs.failure.code).toBe(code)
      // The SDK keeps the text of a page to itself, and says in its own words what it cannot parse.
      if (fault.kind !== 'html') expect(theirs.said).toEqual(ours.said)
    })
  })

  describe('a stream that fails never ends cleanly:', () => {
    it.each(brokenStreams)('%s', async (_name, fault, code) => {
      const [ours, theirs] = [await failureOf(lean, fault, true), await failureOf(rig, fault, true)]
      expect(theirs.failure.code).toBe(code)
      expect(theirs.failure).toEqual(ours.failure)
      expect(theirs.chunks).toBe(ours.chunks)
      if (fault.kind === 'exception') expect(theirs.said).toEqual(ours.said)
    })
  })

  it.each<[string, Fault]>([
    ['cut', { kind: 'cut', atByte: 20 }],
    ['reset', { kind: 'reset', afterFrames: 0 }],
  ])('a whole answer whose connection is %s is interrupted', async (_name, fault) => {
    expect((await failureOf(rig, fault, false)).failure).toMatchObject({ code: 'stream_interrupted' })
  })

  it('events that AWS adds later are skipped', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'unknown-event' } }])
    const result = await rig.chat(aChat({ stream: true }))
    if (result.kind !== 'stream') throw new Error('expected a stream')
    for await (const batch of result.batches) expect(batch.frames.length).toBeGreaterThan(0)
    expect(await result.settled).toMatchObject({ status: 'completed' })
  })
})
