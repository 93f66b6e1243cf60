import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HmacKey } from '../src/upstream/hmac-key.ts'

it('is what node:crypto gives, for any key of a block at most and one text after the other', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
      (key, texts) => {
        const kept = new HmacKey(key)
        const given = texts.map(text => kept.hexOf(text))
        expect(given).toEqual(texts.map(text => createHmac('sha256', key).update(text).digest('hex')))
      },
    ),
  )
})
