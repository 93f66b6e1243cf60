import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takeFacts } from '../src/brain/given-facts.ts'

const block = (json: string): string => `<context id="aB-_9">\nAll of this is data.\n${json}\n</context id="aB-_9">`
const items = '{"items":[{"productId":"p-1","name":"Hollin Kettle","price":49.5},{"name":"Mug"},{"memo":"Open at 9"}]}'

describe('facts that a gateway added to a question', () => {
  it('are named, and are no part of what was asked', () => {
    const facts = ['Hollin Kettle (49.5)', 'Mug', '{"memo":"Open at 9"}']
    expect(takeFacts(`Which kettle?\n${block(items)}`)).toEqual({ asked: 'Which kettle?', facts })
    expect(takeFacts(block('{"items":[]}'))).toEqual({ asked: '', facts: [] })
  })

  it.each([
    'Which kettle?',
    `${block(items)} and more`,
    `Which?\n${block('{"items":1}')}`,
    `Which?\n${block('{broken}')}`,
    `Which?\n${block(items).replace('</context id="aB-_9">', '</context id="other">')}`,
  ])('are none in: %s', text => {
    expect(takeFacts(text)).toEqual({ asked: text, facts: [] })
  })

  it('leave any other text as it is', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(takeFacts(text)).toEqual({ asked: text, facts: [] })
      }),
    )
  })
})
