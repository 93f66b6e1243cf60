import { describe, expect, it } from 'vitest'
import { checkParsedBody } from '../../src/wire/parsed-body.ts'

function nested(depth: number): unknown {
  let value: unknown = {}
  for (let level = 1; level < depth; level += 1) value = { deeper: value }
  return value
}

describe('a body that the host has parsed', () => {
  it('is given back as the same object', () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }], temperature: 0, user: null }
    expect(checkParsedBody(body)).toBe(body)
  })

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [7, 'a number'],
    ['text', 'a string'],
    [[{}], 'an array'],
  ])('is refused when it is %j and no object, which is said', (value, kind) => {
    expect(() => checkParsedBody(value)).toThrow(`The request body must be a JSON object, not ${kind}.`)
  })

  it('may be 64 levels deep and no deeper', () => {
    expect(checkParsedBody(nested(64))).toBeTypeOf('object')
    expect(() => checkParsedBody(nested(65))).toThrow('nested deeper than 64 levels; send flatter JSON.')
    expect(() => checkParsedBody(nested(100_000))).toThrow('nested deeper than 64 levels')
  })

  it('is refused with a key __proto__ anywhere, and not for the word as text', () => {
    expect(() => checkParsedBody(JSON.parse('{"a":[{"__proto__":{"admin":true}}]}'))).toThrow(
      'a key `__proto__`, which is refused; rename or remove it.',
    )
    expect(() => checkParsedBody(JSON.parse('{"__proto__":1}'))).toThrow('a key `__proto__`')
    expect(checkParsedBody({ a: '__proto__' })).toEqual({ a: '__proto__' })
  })
})
