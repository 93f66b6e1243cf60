import { type CallReport, createGateway } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { mcpContext } from '@modelgate/mcp-context'
import { describe, expect, it } from 'vitest'
import { memoryCatalog } from '../../examples/mcp-catalog/src/memory-catalog.ts'
import { productQuerySchema } from '../../examples/mcp-catalog/src/product-query.ts'
import { readProducts } from '../../examples/mcp-catalog/src/read-products.ts'
import { heldOut, type Question, tuned } from './questions.ts'

const catalog = memoryCatalog(await readProducts())
const gateway = createGateway({
  providers: [scriptedProvider('models', ['Well.'])],
  context: mcpContext({
    source: async (query, { limit }) => ({ items: await catalog.search(productQuerySchema.parse({ query, limit })) }),
    secret: 'for the blocks of this test',
    // Searched in the process, but with both cores busy.
    timeoutMs: 10_000,
  }),
})

/** The products that stand in the prompt when the question arrives at a model. */
async function injected({ earlier = [], question }: Question): Promise<readonly string[]> {
  const turns = [...earlier, question].map((content, at) =>
    at % 2 === 0 ? { role: 'user' as const, content } : { role: 'assistant' as const, content },
  )
  const { promise, resolve } = Promise.withResolvers<readonly string[]>()
  const onReport = (report: CallReport) => resolve(report.context?.items ?? [])
  await gateway.chat({ model: 'models-1', messages: turns }, { onReport })
  return promise
}

interface Measure {
  /** Of the products that answer a question, the share among the five that are injected: over all questions about products. */
  readonly recallAt5: number
  /** Of the questions about something else, the share that anything was injected for. */
  readonly falseInjection: number
}

async function measure(questions: readonly Question[]): Promise<Measure & { lines: string[] }> {
  const recalls: number[] = []
  let [others, wrong] = [0, 0]
  const lines: string[] = []
  for (const asked of questions) {
    const items = await injected(asked)
    const { id, expected, question } = asked
    if (expected.length === 0) {
      others++
      if (items.length > 0) wrong++
      if (items.length > 0) lines.push(`${id} “${question}”: nothing was to be injected, but ${items.join(' ')} was`)
      continue
    }
    const missing = expected.filter(product => !items.includes(product))
    recalls.push(1 - missing.length / expected.length)
    if (missing.length > 0) lines.push(`${id} “${question}”: ${missing.join(' ')} missing among ${items.join(' ')}`)
  }
  const recallAt5 = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
  return { recallAt5, falseInjection: wrong / others, lines }
}

const shown = ({ recallAt5, falseInjection }: Measure): string =>
  `recall@5 ${recallAt5.toFixed(3)}, false injection ${(falseInjection * 100).toFixed(1)} %`

describe('questions over the catalogue, by the default scorer and ranking', () => {
  it('get the products that answer them, and others get none, in the third that nothing was tuned on', async () => {
    const [seen, unseen] = [await measure(tuned), await measure(heldOut)]
    console.log(`tuned on (${tuned.length}): ${shown(seen)}; held out (${heldOut.length}): ${shown(unseen)}`)
    // What the tuning may look at; of the rest only the figures are told.
    if (process.env.SHOW_QUESTIONS) console.log(seen.lines.join('\n'))
    expect(unseen.recallAt5).toBeGreaterThanOrEqual(0.9)
    expect(unseen.falseInjection).toBeLessThanOrEqual(0.05)
  })
})
