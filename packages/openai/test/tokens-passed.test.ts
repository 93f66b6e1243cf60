import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChatBatches } from '../src/chat-batches.ts'
import { passed } from './support/calls.ts'
import { bodyOf, chunk, events, everyByte, roleChunk, someCuts } from './support/sse.ts'

const upstream = { id: 'test', secrets: [] }

async function tokensPassed(text: string, cuts: readonly number[] = []): Promise<number> {
  const batches = new ChatBatches({
    body: bodyOf(text, cuts),
    upstream,
    facts: { terminal: false },
    choices: 1,
    withholdUsage: false,
  })
  await passed({ [Symbol.asyncIterator]: () => batches })
  return batches.tokensPassed
}

/** Padded to be alike, as OpenAI's are, and cut before the finish. */
const tokens = (count: number) => Array.from({ length: count }, (_, at) => chunk({ content: `t${at % 10}` }))

test('an event with content is a token, whatever came before it', async () => {
  expect(await tokensPassed(events(roleChunk))).toBe(0)
  expect(await tokensPassed(events(roleChunk, ...tokens(1)))).toBe(1)
  expect(await tokensPassed(events(roleChunk, ...tokens(40)))).toBe(40)
})

test('the reads they come in do not matter', async () => {
  const text = events(roleChunk, ...tokens(12))
  expect(await tokensPassed(text, everyByte(text))).toBe(12)
  await fc.assert(
    fc.asyncProperty(someCuts(text), async cuts => {
      expect(await tokensPassed(text, cuts)).toBe(12)
    }),
  )
})

test('the tier that serves is told by the first chunks', async () => {
  const facts = { terminal: false }
  const text = events({ ...roleChunk, service_tier: 'priority' }, ...tokens(2))
  const batches = new ChatBatches({ body: bodyOf(text), upstream, facts, choices: 1, withholdUsage: false })
  await passed({ [Symbol.asyncIterator]: () => batches })
  expect(facts).toMatchObject({ serviceTier: 'priority' })
})
