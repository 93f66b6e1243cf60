import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ErrorCode, GatewayError } from '../../src/errors.ts'
import { type SharedEnd, SharedResult } from '../../src/stream/shared-result.ts'
import { ManualUpstream, saying, turn } from './manual-upstream.ts'
import { SharedReader } from './shared-reader.ts'

const decoder = new TextDecoder()

/** What happens, one thing after another; readers by their number, modulo how many there are. */
type Happening =
  | { readonly what: 'begin' | 'join' }
  | { readonly what: 'say'; readonly text: string }
  | { readonly what: 'read' | 'leave' | 'breakOff'; readonly who: number }

const who = fc.nat(7)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ what: fc.constant('begin' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('join' as const) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('say' as const), text: fc.string({ maxLength: 9 }) }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('read' as const), who }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('leave' as const, 'breakOff' as const), who }) },
)

interface Story {
  readonly happenings: readonly Happening[]
  readonly ending: 'finish' | 'fail' | 'refuse'
  readonly code: ErrorCode
  readonly runsOn: boolean
  readonly maxBytes: number
  /** Whether all happens within one turn, or a turn passes after each. */
  readonly atOnce: boolean
}

const story: fc.Arbitrary<Story> = fc.record({
  happenings: fc.array(happening, { maxLength: 30 }),
  ending: fc.constantFrom('finish', 'finish', 'fail', 'refuse'),
  code: fc.constantFrom<ErrorCode>('upstream_unavailable', 'stream_interrupted', 'timeout_idle'),
  runsOn: fc.boolean(),
  maxBytes: fc.constantFrom(200, 1_000, 1_000_000),
  atOnce: fc.boolean(),
})

/** A story to its end, where whoever is still there reads all he can. */
async function play({ happenings, ending, code, runsOn, maxBytes, atOnce }: Story) {
  const upstream = new ManualUpstream()
  const ends: SharedEnd[] = []
  const shared = new SharedResult<'chat'>({ runsOn, maxBytes, onEnd: end => ends.push(end) })
  const readers = [new SharedReader(call => shared.lead(call, upstream.chat))]
  let whole = ''
  let hasBegun = false
  const acts = {
    begin: () => {
      hasBegun ||= ending !== 'refuse'
      if (hasBegun) upstream.begin()
    },
    join: () => {
      if (shared.canBeJoined) readers.push(new SharedReader(call => shared.join(call)))
    },
    say: (text: string) => {
      whole += decoder.decode(saying(text).bytes)
      upstream.say(text)
    },
  }
  for (const each of happenings) {
    if (each.what === 'say') acts.say(each.text)
    else if ('who' in each) await readers[each.who % readers.length]?.[each.what]()
    else acts[each.what]()
    if (!atOnce) await turn()
  }
  const failure = new GatewayError(code, 'It broke.')
  if (ending === 'refuse') upstream.refuse(failure)
  else upstream.begin()
  if (ending === 'finish') upstream.finish()
  else upstream.fail(failure)
  for (let reads = 0; reads < happenings.length + 3; reads += 1) {
    await turn()
    for (const reader of readers) reader.read()
  }
  await turn()
  return { upstream, shared, readers, whole, failure, ends }
}

it('each reader gets exactly one whole answer or one true error, whoever leaves, joins or fails when', async () => {
  await fc.assert(
    fc.asyncProperty(story, async told => {
      const { upstream, readers, whole, failure, ends } = await play(told)
      expect(upstream.asked).toBe(1)
      expect(ends).toHaveLength(1)
      for (const reader of readers.filter(({ hasLeft }) => !hasLeft)) {
        expect(reader.ends + reader.errors.length).toBe(1)
        if (reader.ends === 1) expect(reader.text).toBe(whole)
        else expect(reader.errors).toEqual([failure])
        expect(reader.ends === 1).toBe(told.ending === 'finish')
      }
      for (const reader of readers) {
        expect(whole.startsWith(reader.text)).toBe(true)
        expect(reader.ends + reader.errors.length).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 300 },
  )
})

it('the upstream is given up when the last reader has left, and only then; all but the leader have paid nothing', async () => {
  await fc.assert(
    fc.asyncProperty(story, async told => {
      const { upstream, shared, readers, ends, whole } = await play(told)
      const someoneStayed = readers.some(({ hasLeft }) => !hasLeft)
      if (someoneStayed) expect(upstream.signal?.aborted).toBe(false)
      if (told.runsOn && told.maxBytes > 100_000) expect(upstream.signal?.aborted).toBe(false)
      const outcome = await shared.settled
      expect(ends[0]?.outcome).toBe(outcome)
      const [leader, ...followers] = readers
      if (leader?.outcome) expect(leader.outcome).toBe(outcome)
      for (const { outcome: own } of followers) if (own) expect(own).toMatchObject({ costUsd: 0, usage: undefined })
      const { answer } = ends[0] ?? {}
      if (answer?.kind === 'stream') {
        expect(outcome.status).toBe('completed')
        expect(answer.batches.map(({ bytes }) => decoder.decode(bytes)).join('')).toBe(whole)
      }
      if (someoneStayed && told.ending === 'finish' && told.maxBytes > 100_000) expect(answer).toBeDefined()
    }),
    { numRuns: 300 },
  )
})
