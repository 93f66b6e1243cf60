import fc from 'fast-check'
import { expect, it } from 'vitest'
import { abortError, type ErrorCode, GatewayError } from '../../src/errors.ts'
import { Idempotency } from '../../src/idempotency/idempotency.ts'
import { type CacheStore, memoryCacheStore } from '../../src/index.ts'
import { manualClock } from '../../src/testing/index.ts'
import { ManualUpstream, saying, turn } from '../stream/manual-upstream.ts'
import { SharedReader } from '../stream/shared-reader.ts'

const decoder = new TextDecoder()

/** What happens, one thing after another; to the upstream call that was made last, to callers by their number. */
type Happening =
  | { readonly what: 'ask'; readonly instance: number }
  | { readonly what: 'begin' | 'finish' | 'wait' }
  | { readonly what: 'fail'; readonly code: ErrorCode }
  | { readonly what: 'say'; readonly text: string }
  | { readonly what: 'read' | 'leave' | 'breakOff'; readonly who: number }

const who = fc.nat(9)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('ask' as const), instance: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('begin' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('finish' as const, 'wait' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('fail' as const),
      code: fc.constantFrom<ErrorCode>('upstream_unavailable', 'stream_interrupted'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('say' as const), text: fc.string({ maxLength: 9 }) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('read' as const), who }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('leave' as const, 'breakOff' as const), who }) },
)

interface Made {
  readonly upstream: ManualUpstream
  text: string
  hasBegun: boolean
  end: 'none' | 'finished' | 'failed'
}

/** Two instances over one store, which answers at once or later. */
function openInstances(isRemote: boolean) {
  const clock = manualClock()
  const store = memoryCacheStore({ now: clock.now })
  const made: Made[] = []
  const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    await turn()
    clock.advance(ms / 1_000)
    if (signal.aborted) throw abortError(signal)
  }
  const parts = { store: isRemote ? later(store) : store, pause, onError: () => {}, keepOpen: () => () => {} }
  const instances = [new Idempotency({ ...parts, now: clock.now }), new Idempotency({ ...parts, now: clock.now })]
  const ask = (instance: number): SharedReader =>
    new SharedReader(call => {
      const next: ManualUpstream['chat'] = own => {
        const upstream = new ManualUpstream()
        made.push({ upstream, text: '', hasBegun: false, end: 'none' })
        return upstream.chat(own)
      }
      return instances[instance]!.layer(call, next as Parameters<Idempotency['layer']>[1]) as ReturnType<typeof next>
    }, 'key')
  return { made, ask }
}

function later(store: CacheStore): CacheStore {
  return {
    maxValueBytes: store.maxValueBytes,
    get: async (...given) => store.get(...given),
    put: async (...given) => store.put(...given),
    delete: async (...given) => store.delete(...given),
    claim: async (...given) => store.claim(...given),
    replace: async (...given) => store.replace(...given),
    release: async (...given) => store.release(...given),
  }
}

function happenTo(made: Made, each: Exclude<Happening, { instance: number } | { who: number }>): void {
  if (made.end !== 'none') return
  const { upstream } = made
  if (each.what === 'begin') {
    made.hasBegun = true
    upstream.begin()
  } else if (each.what === 'say') {
    made.text += decoder.decode(saying(each.text).bytes)
    upstream.say(each.text)
  } else if (each.what === 'fail') {
    made.end = 'failed'
    const error = new GatewayError(each.code, 'It broke.')
    if (made.hasBegun) upstream.fail(error)
    else upstream.refuse(error)
  } else if (each.what === 'finish' && made.hasBegun) {
    made.end = 'finished'
    upstream.finish()
  }
}

it('whoever asks with one key, where and when, gets one whole answer or one true error, of one call at a time', async () => {
  const story = fc.record({
    happenings: fc.array(happening, { maxLength: 30 }),
    isRemote: fc.boolean(),
    atOnce: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(story, async ({ happenings, isRemote, atOnce }) => {
      const { made, ask } = openInstances(isRemote)
      const readers = [ask(0)]
      const isOver = ({ end }: Made): boolean => end !== 'none'
      for (const each of happenings) {
        if (each.what === 'ask') readers.push(ask(each.instance))
        else if ('who' in each) await readers[each.who % readers.length]?.[each.what]()
        else if (made.length > 0) happenTo(made.at(-1)!, each)
        expect(made.filter(one => !isOver(one)).length).toBeLessThanOrEqual(1)
        if (!atOnce) await turn()
      }
      const isServed = (reader: SharedReader): boolean => reader.hasLeft || reader.isOver
      for (let rounds = 0; rounds < 100 && !(readers.every(isServed) && made.every(isOver)); rounds += 1) {
        for (const one of made) for (const what of ['begin', 'finish'] as const) happenTo(one, { what })
        await turn()
        for (const reader of readers) reader.read()
      }
      const answers = made.filter(({ end }) => end === 'finished').map(({ text }) => text)
      expect(answers.length).toBeLessThanOrEqual(1)
      const lost = made.filter(({ end, hasBegun }) => end === 'failed' && hasBegun)
      expect(answers.length + lost.length).toBeLessThanOrEqual(1)
      for (const reader of readers.filter(({ hasLeft }) => !hasLeft)) {
        expect(reader.ends + reader.errors.length).toBe(1)
        if (reader.ends === 1) expect([reader.text]).toEqual(answers)
        else {
          const codes = [
            'upstream_unavailable',
            'stream_interrupted',
            ...(lost.length > 0 ? ['idempotent_answer_lost'] : []),
          ]
          expect(codes).toContain(reader.errors[0]?.code)
        }
      }
    }),
    { numRuns: 300 },
  )
})
