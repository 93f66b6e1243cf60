import { expect, it } from 'vitest'
import { textItem } from '../src/index.ts'

it('A text of a resource is an item, whose id is the end of its URI in characters that an id may have', () => {
  expect(textItem({ uri: 'memo://opening-hours', text: 'Open at 9' })).toEqual({
    id: 'memo://opening-hours',
    data: { text: 'Open at 9' },
  })
  const long = textItem({ uri: `memo://${'a'.repeat(80)}?q=two%20tents`, text: 'Two' })
  expect(long?.id).toMatch(/^a{50}_q_two_20tents$/)
})

it.each([
  undefined,
  null,
  'text',
  {},
  { text: 'No results.' },
  { uri: 'memo://a' },
  { uri: '', text: 'x' },
  { uri: 1, text: 'x' },
])('%j is none', item => {
  expect(textItem(item)).toBeUndefined()
})
