import type { UpstreamCall } from './drill-upstreams.ts'
import { kindOf, type Sight } from './sight.ts'

/** One call of the drill's client: what it got, and what the simulators' log says came of it upstream. */
export interface Asked {
  readonly sight: Sight
  readonly ms: number
  readonly calls: readonly UpstreamCall[]
  /** The target that was made to fail, if one was: what it sent was no answer. */
  readonly struck: string | undefined
  /** The client went away before the end: what it got is not the whole of it. */
  readonly left: boolean
}

/** What no gateway may do, whatever its configuration says: one sentence for each thing that it did. */
export function brokenPromises(asked: Asked, maxAttempts: number): readonly string[] {
  const lies = asked.left ? [] : liesOf(asked.sight)
  return [...lies, ...boundFaults(asked, maxAttempts), ...attemptFaults(asked)]
}

function* liesOf(sight: Sight): Generator<string> {
  const { status, errors, isDone, finishReason, hasContent, isStream } = sight
  if (sight.brokeOff) yield 'the connection broke under the client'
  if (sight.holdsHtml) yield "an upstream's HTML page reached the client"
  if (sight.isStream && sight.unreadable > 0) yield 'an event that no client can parse'
  const kind = kindOf(sight)
  if (kind === 'error status') {
    if (errors.length === 0) yield `${status} without an error in OpenAI's form`
    if (sight.headers.get('x-should-retry') === null) yield `${status} without x-should-retry`
    if (status === 429 && !(Number(sight.headers.get('retry-after')) > 0)) yield '429 without Retry-After'
  }
  if (kind === 'in-band error') {
    if (isDone) yield '[DONE] after an error'
    if (finishReason !== undefined) yield `finish_reason '${finishReason}' beside an error`
    if (errors.length > 1) yield `${errors.length} errors in one answer`
  }
  if (kind !== 'unfinished' || sight.brokeOff) return
  if (!hasContent) yield `${status} with nothing in it`
  else yield isStream ? 'a stream that ends with neither an error nor finish_reason and [DONE]' : 'an unfinished answer'
}

function* boundFaults({ calls }: Asked, maxAttempts: number): Generator<string> {
  if (calls.length > maxAttempts) yield `${calls.length} upstream calls, maxAttempts is ${maxAttempts}`
}

/** Refused by the gateway itself: they cost no upstream call. */
const unasked: ReadonlySet<string> = new Set(['circuit_open', 'bulkhead_full', 'cooling_down'])

/** Whether the attempts that an answer tells of are those that the upstreams saw. */
function* attemptFaults({ sight, calls, left }: Asked): Generator<string> {
  const claimed = claimedAttempts(sight)
  if (claimed === undefined) {
    // A stream whose head went out early tells of them in its last comment.
    if (calls.length > 0 && !left) yield 'the answer tells of no attempts'
    return
  }
  const told = claimed.filter(({ code }) => !unasked.has(code)).map(({ target }) => target)
  const seen = calls.map(({ target }) => target)
  if (told.toSorted().join() === seen.toSorted().join()) return
  yield `it tells of ${listed(told)}, the upstreams saw ${listed(seen)}`
}

function claimedAttempts({ headers, report }: Sight): readonly { target: string; code: string }[] | undefined {
  const header = headers.get('x-modelgate-attempts')
  if (report?.attempts) return report.attempts
  return header?.split(', ').map(each => {
    const [target = '', code = ''] = each.split(';')
    return { target, code }
  })
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}
