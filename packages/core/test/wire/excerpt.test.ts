import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { excerptOf } from '../../src/wire/excerpt.ts'
import { faultsOf } from '../../src/wire/faults.ts'
import { chatFaults, embeddingsFaults } from '../../src/wire/request-schemas.ts'

const schema = z.object({ stop: z.array(z.string()) })
const count = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, item) => sum + count(item), 1)
    : 1

describe('a faulty body of very many values', () => {
  it('is explained from an excerpt of a few thousand', () => {
    const value = { stop: Array.from({ length: 1_000_000 }, () => 1) }
    const excerpt = excerptOf(value, candidate => z.validate(schema, candidate))
    expect(count(excerpt.value)).toBeLessThan(6_000)
    expect(faultsOf(schema, value).length).toBeLessThanOrEqual(10)
    expect(faultsOf(schema, value)[0]?.param).toBe('stop[0]')
  })

  it.each([0, 499, 500, 700_000, 999_999])('has its fault named where it is, at %d', at => {
    const stop: unknown[] = Array.from({ length: 1_000_000 }, () => 'x')
    stop[at] = 7
    expect(faultsOf(schema, { stop }).map(({ param }) => param)).toEqual([`stop[${at}]`])
  })

  it('has its fault named among many messages', () => {
    const messages: unknown[] = Array.from({ length: 2_000 }, () => ({ role: 'user', content: 'x' }))
    messages[1_234] = { role: 'robot', content: 'x' }
    expect(chatFaults({ model: 'm', messages })[0]?.param).toBe('messages[1234].role')
  })

  it('may be nested as deep as it likes: what no check looks at is not copied', () => {
    let input: unknown = 'x'
    for (let level = 0; level < 50_000; level += 1) input = { deeper: input }
    expect(embeddingsFaults({ model: 'm', input })[0]?.param).toBe('input')
  })

  it('is refused even where the fault is beyond what is looked at', () => {
    const content: unknown[] = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'x' }))
    content[150_000] = 7
    expect(chatFaults({ model: 'm', messages: [{ role: 'user', content }] })).toHaveLength(1)
  })
})
