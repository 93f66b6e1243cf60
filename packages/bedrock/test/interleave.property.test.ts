import {
  batchOfChunks,
  type ChatCompletionChunk,
  createAccumulator,
  type FrameBatch,
  GatewayError,
  type StreamFacts,
  streamResult,
  type Usage,
} from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Interleaving } from '../src/answer/interleave.ts'
import { linkedAbort } from '../src/upstream/linked-abort.ts'

/** What one stream says: batches of texts, each after some turns, and whether it fails instead of finishing. */
interface Script {
  readonly batches: readonly { readonly texts: readonly string[]; readonly turns: number }[]
  readonly fails: boolean
}

const script = (fails: fc.Arbitrary<boolean>): fc.Arbitrary<Script> =>
  fc.record({
    batches: fc.array(fc.record({ texts: fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }), turns: fc.nat(6) }), {
      maxLength: 5,
    }),
    fails,
  })

const usage: Usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

function chunk(source: number, more: Partial<ChatCompletionChunk>): ChatCompletionChunk {
  return { id: `id-${source}`, object: 'chat.completion.chunk', created: source, model: 'm', choices: [], ...more }
}

/** A stream as the one-answer handler gives it, always as the choice 0. */
async function* play({ batches, fails }: Script, source: number, facts: StreamFacts): AsyncGenerator<FrameBatch> {
  const say = (delta: object, finish_reason: 'stop' | null = null) =>
    chunk(source, { choices: [{ index: 0, delta, finish_reason }], usage: null })
  yield batchOfChunks([say({ role: 'assistant', content: '' })])
  for (const { texts, turns } of batches) {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    yield batchOfChunks(texts.map(content => say({ content })))
  }
  if (fails) throw new GatewayError('upstream_unavailable', `source ${source}`)
  facts.terminal = true
  facts.usage = usage
  yield batchOfChunks([say({}, 'stop'), chunk(source, { usage, system_fingerprint: `of ${source}` })])
}

async function told(scripts: readonly Script[], limit: number) {
  const link = linkedAbort(new AbortController().signal)
  let open = 0
  let mostOpen = 0
  const streams = new Interleaving({
    count: scripts.length,
    limit,
    link,
    includeUsage: true,
    open(index) {
      mostOpen = Math.max(mostOpen, ++open)
      const facts: StreamFacts = { terminal: false }
      const batches = play(scripts[index] as Script, index, facts)
      const stream = streamResult({ batches, facts, signal: link.signal, startedAt: 0 })
      void stream.settled.then(() => open--)
      return Promise.resolve(stream)
    },
  })
  const chunks: ChatCompletionChunk[] = []
  let error: unknown
  try {
    await streams.begin()
    for (let step = await streams.next(); !step.done; step = await streams.next()) chunks.push(...step.value.frames)
  } catch (thrown) {
    error = thrown
  }
  return { chunks, error, facts: streams.facts, mostOpen, aborted: link.signal.aborted }
}

describe('interleaved streams', () => {
  it('keep each its own order, are one answer, and are never more than the limit', async () => {
    const scripts = fc.array(script(fc.constant(false)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 6 }), async (all, limit) => {
        const { chunks, error, facts, mostOpen } = await told(all, limit)
        expect(error).toBeUndefined()
        expect(mostOpen).toBeLessThanOrEqual(limit)
        // As of whole answers: whichever ends last must not decide what is told of all.
        expect(chunks.at(-1)?.system_fingerprint).toBe('of 0')
        const accumulator = createAccumulator()
        for (const one of chunks) accumulator.add(one)
        const { choices } = accumulator.completion()
        expect(choices.map(({ index, message }) => [index, message.content ?? ''])).toEqual(
          all.map(({ batches }, index) => [index, batches.flatMap(({ texts }) => texts).join('')]),
        )
        expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1)
        expect(chunks.flatMap(one => one.choices).filter(({ delta }) => delta.role)).toHaveLength(all.length)
        const sum = { prompt_tokens: 3 * all.length, completion_tokens: 2 * all.length, total_tokens: 5 * all.length }
        expect(chunks.filter(one => one.choices.length === 0).map(one => one.usage)).toEqual([sum])
        expect(chunks.at(-1)?.usage).toEqual(sum)
        expect(facts).toMatchObject({ terminal: true, usage: sum, finishReason: 'stop', responseModel: 'm' })
      }),
    )
  })

  it('fail when one fails, and then say no usage and end all', async () => {
    const scripts = fc.array(script(fc.boolean()), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 6 }), async (all, limit) => {
        fc.pre(all.some(({ fails }) => fails))
        const { chunks, error, facts, aborted } = await told(all, limit)
        expect(error).toMatchObject({ code: 'upstream_unavailable' })
        expect(aborted).toBe(true)
        expect(facts.terminal).toBe(false)
        expect(chunks.some(one => one.choices.length === 0)).toBe(false)
      }),
    )
  })
})
