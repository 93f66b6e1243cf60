import { describe, expect, it } from 'vitest'
import { toContextSource } from '../src/index.ts'

const options = { signal: new AbortController().signal, tenant: 'acme', limit: 5 }

describe('a source', () => {
  it('may be a plain function', async () => {
    const source = toContextSource(function catalogue(query, { tenant }) {
      return { items: [{ productId: 'p-1', name: `${query} of ${tenant}` }] }
    })
    expect(await source.search('shoes', options)).toEqual({ items: [{ productId: 'p-1', name: 'shoes of acme' }] })
    expect(source.describe()).toEqual({ name: 'catalogue', state: 'idle' })
    await expect(source.close()).resolves.toBeUndefined()
    expect(toContextSource(() => ({ items: [] })).describe().name).toBe('search')
  })

  it('is taken as it stands where it is one already', () => {
    const source = toContextSource(() => ({ items: [] }))
    expect(toContextSource(source)).toBe(source)
  })
})
