import {
  batchOfBytes,
  type Call,
  type FrameBatch,
  GatewayError,
  type Handler,
  isGatewayError,
  type Provider,
} from '@modelgate/core'
import { providerCases } from '@modelgate/core/testing'
import { openai } from '@modelgate/openai'
import { describe, expect, it } from 'vitest'
import { makeRig } from './setup/provider-makers.ts'
import { openaiUpstream } from './setup/simulated-upstream.ts'

type Chat = Handler<'chat'>
type Batches = AsyncIterator<FrameBatch>

/** A chat handler with something wrong with it, the case that must catch it, and what that case says. */
interface Defect {
  readonly name: string
  readonly spoil: (chat: Chat) => Chat
  readonly caughtBy: RegExp
  readonly saying: RegExp
}

/** Spoils what a stream's reader gets. */
function spoilStream(spoil: (batches: Batches, call: Call<'chat'>) => Batches): (chat: Chat) => Chat {
  return chat => async call => {
    const result = await chat(call)
    if (result.kind !== 'stream') return result
    const batches = spoil(result.batches[Symbol.asyncIterator](), call)
    return { ...result, batches: { [Symbol.asyncIterator]: () => batches } }
  }
}

/** The same, batch by batch. */
function spoilBatch(spoil: (batch: FrameBatch) => FrameBatch): (chat: Chat) => Chat {
  return spoilStream(batches => ({
    ...forwarding(batches),
    async next() {
      const step = await batches.next()
      return step.done ? step : { done: false, value: spoil(step.value) }
    },
  }))
}

function forwarding(batches: Batches): Batches {
  return {
    next: () => batches.next(),
    return: async () => (await batches.return?.()) ?? { done: true, value: undefined },
    throw: async error => (await batches.throw?.(error)) ?? Promise.reject(error),
  }
}

const append = (bytes: Uint8Array, text: string): Uint8Array => Buffer.concat([bytes, Buffer.from(text)])

const defects: readonly Defect[] = [
  {
    name: 'it retries',
    spoil: chat => call => chat(call).catch(() => chat(call)),
    caughtBy: /^a completion that gets status 503 is /,
    saying: /no retry/,
  },
  {
    name: 'it forgets how long to wait',
    spoil: chat => call =>
      chat(call).catch(error => {
        throw isGatewayError(error) ? new GatewayError(error.code, error.message) : error
      }),
    caughtBy: /^a stream that gets status 429 with Retry-After/,
    saying: /Retry-After must survive/,
  },
  {
    name: 'it throws what it caught',
    spoil: chat => call =>
      chat(call).catch(() => {
        throw new TypeError('fetch failed')
      }),
    caughtBy: /^a completion that gets no connection/,
    saying: /must throw a GatewayError, not TypeError: fetch failed/,
  },
  {
    name: 'it takes a cut for the end',
    spoil: spoilStream(batches => ({
      ...forwarding(batches),
      next: () => batches.next().catch(() => ({ done: true, value: undefined })),
    })),
    caughtBy: /^a stream that gets a clean end without the end of the answer/,
    saying: /must fail; it completed/,
  },
  {
    name: 'it throws another reason than the signal’s',
    spoil: chat => call =>
      chat(call).catch(() => {
        throw new GatewayError('cancelled', 'Some reason.')
      }),
    caughtBy: /^a stream that is aborted before the head/,
    saying: /Some reason/,
  },
  {
    name: 'a stream of it throws another reason than the signal’s',
    spoil: spoilStream(batches => ({
      ...forwarding(batches),
      next: () =>
        batches.next().catch(() => {
          throw new GatewayError('cancelled', 'Some reason.')
        }),
    })),
    caughtBy: /^a stream that is aborted in the middle of the content/,
    saying: /the signal's own reason/,
  },
  {
    name: 'it minds no signal',
    spoil: chat => call => chat({ ...call, signal: new AbortController().signal }),
    caughtBy: /^a call that was aborted already/,
    saying: /An aborted call succeeds/,
  },
  {
    name: 'it sees content everywhere',
    spoil: spoilBatch(batch => ({ bytes: batch.bytes, frames: batch.frames, hasContent: true })),
    caughtBy: /^a stream comes in batches of whole events/,
    saying: /hasContent is first true for the first batch with content/,
  },
  {
    name: 'it tells the end by itself',
    spoil: spoilBatch(batch => batchOfBytes(append(batch.bytes, 'data: [DONE]\n\n'))),
    caughtBy: /^a stream comes in batches of whole events/,
    saying: /told by the door/,
  },
  {
    name: 'it hands half an event on',
    spoil: spoilBatch(({ bytes, frames, hasContent }) => ({
      bytes: append(bytes, 'data: {'),
      frames,
      hasContent,
    })),
    caughtBy: /^a stream comes in batches of whole events/,
    saying: /A batch ends where an event ends/,
  },
  {
    name: 'it keeps the usage chunk that nobody asked for',
    spoil: chat => call => chat({ ...call, request: { ...call.request, stream_options: { include_usage: true } } }),
    caughtBy: /^a stream that is not asked for its usage/,
    saying: /usage/,
  },
  {
    name: 'it settles before it is read',
    spoil: chat => async call => {
      const result = await chat(call)
      return { ...result, settled: Promise.resolve({ status: 'completed', usageSource: 'estimated', costUsd: null }) }
    },
    caughtBy: /^a stream settles at its end and not before/,
    saying: /nobody has read is not settled/,
  },
  {
    name: 'it settles a failed stream as completed',
    spoil: chat => async call => {
      const result = await chat(call)
      return { ...result, settled: Promise.resolve({ status: 'completed', usageSource: 'estimated', costUsd: null }) }
    },
    caughtBy: /^a stream that gets a connection that is reset/,
    saying: /never completed/,
  },
  {
    name: 'it says less in a stream than in a completion',
    spoil: spoilBatch(batch => ({
      bytes: batch.bytes,
      hasContent: batch.hasContent,
      frames: batch.frames.filter(({ choices }) => !choices[0]?.delta.content?.includes('seven')),
    })),
    caughtBy: /^a stream, put together/,
    saying: /seven/,
  },
  {
    name: 'it leaves the upstream running',
    spoil: spoilStream(batches => ({
      next: () => batches.next(),
      return: async () => ({ done: true, value: undefined }),
    })),
    caughtBy: /^a stream never read whose reader leaves/,
    saying: /gets nothing more|did not settle/,
  },
]

function spoiled(provider: Provider, spoil: Defect['spoil']): Provider {
  const { chat } = provider.handlers
  if (!chat) throw new Error('no chat handler')
  return { ...provider, handlers: { ...provider.handlers, chat: spoil(chat) } }
}

describe('the conformance suite catches a provider where', () => {
  it.each(defects)('$name', async ({ spoil, caughtBy, saying }) => {
    const make = () =>
      makeRig({
        upstream: openaiUpstream,
        provider: ({ openaiBaseUrl, openaiKey }) =>
          spoiled(openai({ baseURL: openaiBaseUrl, apiKey: openaiKey }), spoil),
      })
    const found = providerCases(make).filter(({ name }) => caughtBy.test(name))
    expect(found).toHaveLength(1)
    await expect(found[0]?.run()).rejects.toThrow(saying)
  })
})

describe('an exception', () => {
  const make = () => Promise.reject(new Error('is not made'))

  it('stands in the case’s name and beside it, and its case is there all the same', () => {
    const [first] = providerCases(make)
    const cases = providerCases(make, { [first?.name ?? '']: 'the API has no usage' })
    expect(cases[0]).toMatchObject({
      name: `${first?.name} (not kept: the API has no usage)`,
      exception: 'the API has no usage',
    })
    expect(cases.filter(({ exception }) => exception !== undefined)).toHaveLength(1)
  })

  it('that names no case is an error, so that none outlives its case', () => {
    expect(() => providerCases(make, { 'a case of yesterday': 'whatever' })).toThrow('These exceptions name no case.')
  })

  it('names are unique, or one would stand for two', () => {
    const names = providerCases(make).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
