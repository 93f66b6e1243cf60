import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countMembers } from '../../src/wire/count-members.ts'

const space = fc.constantFrom('', ' ', '\n\t')
const member = fc.tuple(fc.constantFrom('a', 'b', '"', '\\', '{', ',', 'é'), fc.jsonValue({ maxDepth: 3 }), space)

it('counts members, doubled ones each time, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 6 }), entries => {
      const members = entries.map(
        ([key, value, gap]) => `${gap}${JSON.stringify(key)}${gap}:${JSON.stringify(value, null, gap)}`,
      )
      const text = `{${members.join(',')}}`
      expect(countMembers(text)).toBe(entries.length)
      expect(countMembers(Buffer.from(text).toString('latin1'))).toBe(entries.length)
    }),
  )
})
