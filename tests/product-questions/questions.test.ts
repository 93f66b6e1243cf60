import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { heldOut, tuned } from './questions.ts'

interface Product {
  readonly productId: string
  readonly name: string
  readonly category: string
  readonly price: number
  readonly brand: string
  readonly availability: string
  readonly description: string
  readonly rating: number
}

const file = join(import.meta.dirname, '../../examples/mcp-catalog/data/products.json')
const products: readonly Product[] = JSON.parse(readFileSync(file, 'utf8'))
const questions = [...heldOut, ...tuned]

describe('the questions and the catalogue they are about', () => {
  it('are 200 products, each with all that a record has, under an id and a name of its own', () => {
    expect(products).toHaveLength(200)
    expect(new Set(products.map(product => product.productId)).size).toBe(200)
    expect(new Set(products.map(product => product.name)).size).toBe(200)
    for (const product of products) {
      expect(product).toEqual({
        productId: expect.stringMatching(/^prod-\d{3}$/),
        name: expect.stringMatching(/\S/),
        category: expect.stringMatching(/^(Electronics|Food|Wearables|Home|Outdoors)$/),
        price: expect.any(Number),
        brand: expect.stringMatching(/\S/),
        availability: expect.stringMatching(/^(in-stock|limited|out-of-stock)$/),
        description: expect.stringMatching(/\S/),
        rating: expect.any(Number),
      })
      expect(product.price).toBeGreaterThan(0)
      expect(product.rating).toBeGreaterThanOrEqual(1)
      expect(product.rating).toBeLessThanOrEqual(5)
    }
  })

  it('are 120 about products and 115 about something else, each asked once', () => {
    expect(questions.filter(({ expected }) => expected.length > 0)).toHaveLength(120)
    expect(questions.filter(({ expected }) => expected.length === 0)).toHaveLength(115)
    expect(new Set(questions.map(({ id }) => id)).size).toBe(235)
    expect(new Set(questions.map(({ question }) => question)).size).toBe(235)
  })

  it('expect at most five products, all of them in the catalogue', () => {
    const ids = new Set(products.map(product => product.productId))
    for (const { id, expected } of questions) {
      expect(expected.length, id).toBeLessThanOrEqual(5)
      expect(
        expected.filter(product => !ids.has(product)),
        id,
      ).toEqual([])
    }
  })

  it('hold a third out, with both kinds in it', () => {
    expect(heldOut).toHaveLength(79)
    expect(heldOut.filter(({ expected }) => expected.length > 0).length).toBeGreaterThan(30)
    expect(heldOut.filter(({ expected }) => expected.length === 0).length).toBeGreaterThan(30)
  })
})
