import { GatewayError, isGatewayError } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEmbeddingsHandler } from '../src/embeddings/embeddings.ts'
import type { InvokeReply, InvokeRequest } from '../src/upstream/bedrock-runtime.ts'
import { anEmbedding } from './a-call.ts'
import { images } from './images.ts'

/** How each family is asked, and what it answers: vectors that tell what they were made of. */
interface Family {
  readonly model: string
  readonly takesImages: boolean
  readonly itemsOf: (body: Body) => readonly string[]
  readonly answer: (vectors: readonly (readonly number[])[]) => object
}

interface Body {
  readonly inputText?: string
  readonly inputImage?: string
  readonly texts?: readonly string[]
  readonly images?: readonly string[]
  readonly singleEmbeddingParams?: {
    readonly text?: { readonly value: string }
    readonly image?: { readonly source: { readonly bytes: string } }
  }
}

const cohereItems = ({ texts, images: shown }: Body) => texts ?? shown?.map(url => url.split(',')[1] ?? '') ?? []
const families: readonly Family[] = [
  {
    model: 'amazon.titan-embed-text-v2:0',
    takesImages: false,
    itemsOf: ({ inputText = '' }) => [inputText],
    answer: ([embedding]) => ({ embedding }),
  },
  {
    model: 'amazon.titan-embed-image-v1',
    takesImages: true,
    itemsOf: ({ inputText, inputImage = '' }) => [inputText ?? inputImage],
    answer: ([embedding]) => ({ embedding }),
  },
  {
    model: 'cohere.embed-english-v3',
    takesImages: true,
    itemsOf: cohereItems,
    answer: embeddings => ({ embeddings }),
  },
  {
    model: 'cohere.embed-v4:0',
    takesImages: true,
    itemsOf: cohereItems,
    answer: float => ({ embeddings: { float } }),
  },
  {
    model: 'amazon.nova-2-multimodal-embeddings-v1:0',
    takesImages: true,
    itemsOf: ({ singleEmbeddingParams }) => [
      singleEmbeddingParams?.text?.value ?? singleEmbeddingParams?.image?.source.bytes ?? '',
    ],
    answer: ([embedding]) => ({ embeddings: [{ embeddingType: 'TEXT', embedding }] }),
  },
]

const vectorOf = (item: string): number[] => [...Buffer.from(item)].map(byte => Math.fround(byte / 7))
const headerOf = (items: readonly string[]) => ({ 'x-amzn-bedrock-input-token-count': String(items.length * 3) })

/** An upstream whose calls end when the scheduler says, some of them in a failure; an abort ends them at once. */
class ScriptedRuntime {
  underWay = 0
  most = 0
  answered = 0
  hasFailed = false
  private readonly family: Family
  private readonly scheduler: fc.Scheduler
  private readonly fails: (items: readonly string[]) => boolean

  constructor(family: Family, scheduler: fc.Scheduler, fails: (items: readonly string[]) => boolean) {
    this.family = family
    this.scheduler = scheduler
    this.fails = fails
  }

  async invoke({ body, signal }: InvokeRequest): Promise<InvokeReply> {
    const items = this.family.itemsOf(body)
    this.underWay += 1
    this.most = Math.max(this.most, this.underWay)
    try {
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new GatewayError('cancelled', 'aborted')))
      })
      await Promise.race([this.scheduler.schedule(Promise.resolve(), items.join()), aborted])
      if (this.fails(items)) {
        this.hasFailed = true
        throw new GatewayError('upstream_rate_limited', 'Bedrock: too many.')
      }
      this.answered += items.length
      const answer: Record<string, unknown> = { ...this.family.answer(items.map(vectorOf)) }
      return { answer, headers: headerOf(items) }
    } finally {
      this.underWay -= 1
    }
  }
}

const anItem = (family: Family) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[a-z]{1,6}$/) },
    ...(family.takesImages ? [{ weight: 1, arbitrary: fc.constantFrom(...Object.values(images)) }] : []),
  )

const toInput = (item: string) => (Object.values(images).includes(item) ? `data:image/png;base64,${item}` : item)

const aScene = fc.constantFrom(...families).chain(family =>
  fc.record({
    family: fc.constant(family),
    items: fc.array(anItem(family), { minLength: 1, maxLength: 220 }),
    concurrency: fc.integer({ min: 1, max: 9 }),
    base64: fc.boolean(),
  }),
)

const turn = () => new Promise(resolve => setImmediate(resolve))

/** A call that is taken forward one upstream answer at a time, with all that follows from each. */
class SteppedCall {
  error: unknown
  hasEnded = false
  private readonly scheduler: fc.Scheduler

  constructor(scheduler: fc.Scheduler, call: Promise<unknown>) {
    this.scheduler = scheduler
    call
      .catch((error: unknown) => {
        this.error = error
      })
      .finally(() => {
        this.hasEnded = true
      })
  }

  async step(until: () => boolean): Promise<void> {
    await turn()
    while (!this.hasEnded && !until()) {
      await this.scheduler.waitOne()
      await turn()
    }
  }
}

const decoded = (embedding: string | readonly number[]): readonly number[] => {
  if (typeof embedding !== 'string') return embedding
  const bytes = Buffer.from(embedding, 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}

describe('embeddings of any input', () => {
  it('are those of their items, in order, however the calls end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), aScene, async (scheduler, { family, items, concurrency, base64 }) => {
        const runtime = new ScriptedRuntime(family, scheduler, () => false)
        const handler = createEmbeddingsHandler({ runtime, baseOf: id => id, options: { concurrency } })
        const call = anEmbedding({
          model: family.model,
          input: items.map(toInput),
          ...(base64 && { encoding_format: 'base64' }),
        })
        const result = await scheduler.waitFor(handler(call))
        const { data, usage } = result.embeddings.value
        expect(data.map(({ index }) => index)).toEqual(items.map((_, index) => index))
        expect(data.map(({ embedding }) => decoded(embedding))).toEqual(items.map(vectorOf))
        expect(usage).toEqual({ prompt_tokens: items.length * 3, total_tokens: items.length * 3 })
        expect(runtime.most).toBeLessThanOrEqual(concurrency)
      }),
      { numRuns: 60 },
    )
  })

  it('are none where one item fails, which is named with what was used; those under way are aborted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), aScene, fc.nat(), async (scheduler, { family, items, concurrency }, seed) => {
        fc.pre(items.length > 1)
        const bad = items[seed % items.length] ?? ''
        const runtime = new ScriptedRuntime(family, scheduler, asked => asked.includes(bad))
        const handler = createEmbeddingsHandler({ runtime, baseOf: id => id, options: { concurrency } })
        const call = new SteppedCall(
          scheduler,
          handler(anEmbedding({ model: family.model, input: items.map(toInput) })),
        )
        await call.step(() => runtime.hasFailed)
        // With the failure, not once those under way were answered: they were aborted.
        expect([call.hasEnded, runtime.underWay]).toEqual([true, 0])
        const { error } = call
        if (!isGatewayError(error)) throw new Error('It was answered.')
        expect(error.code).toBe('upstream_rate_limited')
        const [first = -1, last = first] = [...error.message.matchAll(/`input\[(\d+)\]`/g)].map(([, at]) => Number(at))
        expect(items.slice(first, last + 1)).toContain(bad)
        expect(error.usage?.prompt_tokens ?? 0).toBeGreaterThanOrEqual(runtime.answered * 3)
      }),
      { numRuns: 60 },
    )
  })

  it('stop with their caller, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), aScene, fc.nat(30), async (scheduler, { family, items, concurrency }, steps) => {
        const runtime = new ScriptedRuntime(family, scheduler, () => false)
        const handler = createEmbeddingsHandler({ runtime, baseOf: id => id, options: { concurrency } })
        const leaving = new AbortController()
        const call = new SteppedCall(
          scheduler,
          handler(anEmbedding({ model: family.model, input: items.map(toInput) }, leaving.signal)),
        )
        let left = steps
        await call.step(() => left-- === 0)
        const wasAnswered = call.hasEnded
        leaving.abort()
        await turn()
        expect([call.hasEnded, runtime.underWay]).toEqual([true, 0])
        if (wasAnswered) expect(runtime.answered).toBe(items.length)
        else expect(call.error).toMatchObject({ code: 'cancelled' })
      }),
      { numRuns: 60 },
    )
  })
})
