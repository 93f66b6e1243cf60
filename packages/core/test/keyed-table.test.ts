import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KeyedTable } from '../src/keyed-table.ts'

it('keeps what a Map keeps, and removes a value only where it stands', () => {
  const key = fc.constantFrom('digest-a', 'digest-b', 'other-ab', 'axxab', 'bxxab', '0f3c', '0f3d')
  const act = fc.record({ key, value: fc.nat(2), isSet: fc.boolean() })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), acts => {
      const map = new Map<string, number>()
      const table = new KeyedTable<number>()
      for (const { key, value, isSet } of acts) {
        if (isSet) {
          map.set(key, value)
          table.set(key, value)
        } else {
          if (map.get(key) === value) map.delete(key)
          table.remove(key, value)
        }
        for (const { key } of acts) expect(table.get(key)).toBe(map.get(key))
      }
    }),
  )
})
