import { describe, expect, it } from 'vitest'
import { memoryCatalog } from '../src/memory-catalog.ts'
import { productQuerySchema } from '../src/product-query.ts'
import { priceWishOf } from '../src/ranking/price-wish.ts'
import { readProducts } from '../src/read-products.ts'

const catalog = memoryCatalog(await readProducts())
const names = async (query: Readonly<Record<string, unknown>>): Promise<string[]> =>
  (await catalog.search(productQuerySchema.parse(query))).map(({ name }) => name)

describe('the catalogue in memory', () => {
  it('finds by words of any number and by words that mean the same', async () => {
    expect(await names({ query: 'dive computers' })).toEqual(['Tide Dive Watch Computer'])
    expect(await names({ query: 'hoover for pets' })).toContain('Tarnfield Cordless Vacuum')
    expect(await names({ query: 'Zelt' })).toEqual(['Basecamp Family Tent', 'Ridgeline Two-Person Tent'])
  })

  it('finds what is misspelt by a letter', async () => {
    expect(await names({ query: 'matress headphons' })).toContain('Meadow On-Ear Headphones')
  })

  it('finds nothing where only the words of asking are met', async () => {
    expect(await names({ query: 'what do you have to offer and how much does it cost?' })).toEqual([])
    expect(await names({ query: 'the price of freedom' })).toEqual([])
  })

  it('takes a price limit from the text, and from the arguments before it', async () => {
    expect(await names({ query: 'headphones under 40 euros' })).toEqual([
      'Little Wren Kids Headphones',
      'Meadow On-Ear Headphones',
    ])
    expect(await names({ query: 'headphones under 40 euros', maxPrice: 35 })).toEqual(['Little Wren Kids Headphones'])
    expect(await names({ query: 'headphones', minPrice: 200 })).toEqual(['Hushfold 700 Wireless Headphones'])
  })

  it('puts the cheapest or the best rated first where that is asked for', async () => {
    expect((await names({ query: 'cheapest headphones' }))[0]).toBe('Little Wren Kids Headphones')
    expect((await names({ query: 'best rated headphones' }))[0]).toBe('Hushfold 700 Wireless Headphones')
  })

  it('filters by category, brand and availability, by rating where there is no text', async () => {
    expect(await names({ category: 'outdoors', maxPrice: 25 })).toEqual([
      'Watertight Dry Bag 20 l',
      'Resistance Bands, Set of 5',
      'Foam Roller',
    ])
    expect(await names({ brand: 'Quillmere', availability: 'out-of-stock' })).toEqual(['Pipit Sport Earbuds'])
    expect(await names({ query: 'coffee', category: 'Home', limit: 2 })).toHaveLength(2)
  })

  it('has a version that only the data change', async () => {
    const products = await readProducts()
    expect(await memoryCatalog(products.toReversed()).version()).toBe(await catalog.version())
    expect(await memoryCatalog(products.slice(1)).version()).not.toBe(await catalog.version())
  })
})

describe('a price in a text', () => {
  it.each([
    ['under 50 euros', { maxPrice: 50 }],
    ['max. €19.99 please', { maxPrice: 19.99 }],
    ['between them, at least 100 and up to 250', { minPrice: 100, maxPrice: 250 }],
    ['moins de 20,50 €', { maxPrice: 20.5 }],
    ['unter 80 Euro', { maxPrice: 80 }],
    ['a budget of about 25', { maxPrice: 30 }],
  ])('%s', (text, wish) => {
    expect(priceWishOf(text)).toMatchObject(wish)
  })

  it.each(['under 249 g', 'at least 80% cocoa', 'at least 50 litres', 'up to 16 inches', 'sunder 5', 'iPhone 15'])(
    'is not in: %s',
    text => {
      expect(priceWishOf(text)).toEqual({ rest: text })
    },
  )
})
