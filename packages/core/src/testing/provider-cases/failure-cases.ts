import { strict as assert } from 'node:assert'
import { type ErrorCode, isGatewayError } from '../../errors.ts'
import { hasContent } from '../../stream/has-content.ts'
import type { ProviderRig, UpstreamFault } from '../provider-rig.ts'
import type { RigCase } from './provider-case.ts'
import { assertCode, chat, complete, openStream, readStream, sentence } from './rig-calls.ts'

/** A way to fail, and what a provider says of it. */
interface Failing {
  readonly what: string
  readonly fault: UpstreamFault
  readonly code: ErrorCode
  /** What more is true of the error. */
  readonly check?: ((error: object) => void) | undefined
}

const statuses: readonly (readonly [number, ErrorCode])[] = [
  [400, 'invalid_request'],
  [401, 'upstream_auth_failed'],
  [403, 'upstream_auth_failed'],
  [404, 'model_not_found'],
  [408, 'upstream_unavailable'],
  [413, 'request_too_large'],
  [429, 'upstream_rate_limited'],
  [500, 'upstream_unavailable'],
  [503, 'upstream_unavailable'],
  [529, 'upstream_unavailable'],
]

/** What fails a call however it is asked for. */
const refusals: readonly Failing[] = [
  ...statuses.map(([status, code]) => ({ what: `status ${status}`, fault: { kind: 'status', status }, code }) as const),
  {
    what: 'status 429 with Retry-After: 7',
    fault: { kind: 'status', status: 429, retryAfterSeconds: 7 },
    code: 'upstream_rate_limited',
    check: error => assert.ok(isGatewayError(error) && error.retryAfterMs === 7_000, 'Retry-After must survive.'),
  },
  { what: 'status 503 and a page', fault: { kind: 'page', status: 503 }, code: 'upstream_unavailable' },
  { what: 'status 200 and a page', fault: { kind: 'page', status: 200 }, code: 'upstream_bad_response' },
  { what: 'a redirect', fault: { kind: 'redirect' }, code: 'upstream_bad_response' },
]

/** What fails a stream that has begun. Never is it completed, although what came before was an answer's beginning. */
const breaks: readonly Failing[] = (['head', 'content'] as const).flatMap(after => {
  const when = after === 'head' ? 'before the content' : 'in the middle of the content'
  return [
    { what: `an error ${when}`, fault: { kind: 'error', after }, code: 'upstream_unavailable' },
    { what: `garbage ${when}`, fault: { kind: 'garbage', after }, code: 'upstream_bad_response' },
    { what: `a connection closed ${when}`, fault: { kind: 'cut', after }, code: 'stream_interrupted' },
  ] satisfies Failing[]
})
const cuts: readonly Failing[] = [
  { what: 'a connection that is reset', fault: { kind: 'reset', after: 'content' }, code: 'stream_interrupted' },
  { what: 'a clean end without the end of the answer', fault: { kind: 'no-end' }, code: 'stream_interrupted' },
]

function failsCompletion({ what, fault, code, check }: Failing): RigCase {
  return {
    name: `a completion that gets ${what} is ${code}, after one request`,
    async run(rig) {
      await rig.upstream.misbehave(fault)
      assertFailure(rig, { error: await errorOf(chat(rig)), what, code, check })
      await assertUsable(rig)
    },
  }
}

function failsStream({ what, fault, code, check }: Failing): RigCase {
  return {
    name: `a stream that gets ${what} is ${code}, after one request`,
    async run(rig) {
      await rig.upstream.misbehave(fault)
      const after = 'after' in fault ? fault.after : undefined
      assertFailure(rig, { error: await streamError(rig, after), what, code, check })
      await assertUsable(rig)
    },
  }
}

/** What a stream fails with: the call itself, or a read; then it settles as failed, with the same error. */
async function streamError(rig: ProviderRig, after: string | undefined): Promise<unknown> {
  const opening = openStream(rig)
  const refused = await errorOf(opening)
  if (refused !== undefined) return refused
  const { chunks, error, outcome } = await readStream(await opening)
  if (error === undefined) return undefined
  assert.equal(outcome.status, 'failed', 'A stream that throws has failed, and is never completed.')
  assert.equal(outcome.error, error, 'The outcome tells the error that the reader got.')
  const finishes = chunks.filter(({ choices }) => choices.some(({ finish_reason }) => finish_reason))
  assert.deepEqual(finishes, [], 'A stream that broke has no finish reason.')
  if (after !== undefined) {
    assert.equal(chunks.some(hasContent), after === 'content', 'What came before the failure, and only that, is given.')
  }
  return error
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  return undefined
}

type Failed = Omit<Failing, 'fault'> & { readonly error: unknown }

function assertFailure({ upstream }: ProviderRig, { error, what, code, check }: Failed): void {
  assert.ok(error !== undefined, `A call that gets ${what} must fail; it completed.`)
  assertCode(error, code, `A call that gets ${what}`)
  assert.equal(upstream.requests(), 1, 'One upstream request a call: no retry, no redirect followed.')
  if (typeof error === 'object' && error !== null) check?.(error)
}

/** The upstream has recovered: the next calls are answered, whatever the failure left behind. */
async function assertUsable(rig: ProviderRig): Promise<void> {
  await rig.upstream.misbehave()
  assert.equal((await complete(rig)).outcome.status, 'completed', 'The next completion is answered.')
  assert.equal((await readStream(await openStream(rig))).outcome.status, 'completed', 'The next stream is answered.')
}

/** What a provider makes of an upstream that fails. */
export const failureCases: readonly RigCase[] = [
  ...refusals.flatMap(failing => [failsCompletion(failing), failsStream(failing)]),
  ...breaks.map(failsStream),
  ...cuts.map(failsStream),
  failsCompletion({ what: 'half of an answer', fault: { kind: 'cut', after: 'head' }, code: 'stream_interrupted' }),
  ...[false, true].map(stream => ({
    name: `a ${stream ? 'stream' : 'completion'} that gets no connection is upstream_unavailable, and the next is answered`,
    async run(rig: ProviderRig) {
      // So that there is a connection that was kept.
      await complete(rig)
      await rig.upstream.misbehave({ kind: 'refuse' })
      assertCode(await errorOf(chat(rig, { stream })), 'upstream_unavailable', 'A call that gets no connection')
      await assertUsable(rig)
    },
  })),
  {
    name: 'a stream under a wrong content type is refused or read whole, and nothing between',
    async run(rig) {
      await rig.upstream.misbehave({ kind: 'content-type' })
      const opening = openStream(rig)
      const refused = await errorOf(opening)
      const read = refused === undefined ? await readStream(await opening) : undefined
      const error = refused ?? read?.error
      if (error !== undefined) assertCode(error, 'upstream_bad_response', 'A stream under a wrong content type')
      else assert.ok(read?.completion.choices[0]?.message.content?.includes(sentence), 'What is read is whole.')
      assert.equal(rig.upstream.requests(), 1)
      await assertUsable(rig)
    },
  },
]
