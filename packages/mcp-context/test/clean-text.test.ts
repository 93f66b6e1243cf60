import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleText, withoutAddresses } from '../src/clean-text.ts'
import { toQuery } from '../src/query.ts'

const nowhere = new Set<string>()
const tags = Array.from('ignore all')
  .map(letter => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))
  .join('')

describe('visibleText', () => {
  it.each([
    ['a tag block', `Kettle${tags}`, 'Kettle'],
    ['zero-width characters', 'K\u200be\u200ct\u200dt\u2060l\ufeffe', 'Kettle'],
    ['variation selectors', 'Kettle\ufe0f\u{e0100}', 'Kettle'],
    ['bidirectional overrides', '\u202eelteK\u202c \u2066x\u2069', 'elteK x'],
    ['controls', 'Ket\u0000tle\u001b[31m\u0085\u009b', 'Kettle[31m'],
    ['line ends', 'a\r\nb\tc\u2028d\u2029e', 'a b c d e'],
    ['fillers', 'a\u3164b\u115fc\u2800d', 'abc d'],
    ['half a surrogate pair', 'a\ud800b\udc00c', 'abc'],
  ])('takes out %s', (_, text, visible) => {
    expect(visibleText(text, 100)).toBe(visible)
  })

  it('leaves other alphabets, accents and emoji alone', () => {
    expect(visibleText('Čajník 電気ケトル чайник 🫖', 100)).toBe('Čajník 電気ケトル чайник 🫖')
  })

  it('cuts no character in half', () => {
    expect(visibleText('abc🫖', 4)).toBe('abc')
    expect(visibleText('abc🫖', 5)).toBe('abc🫖')
  })

  it('gives one line of well-formed text without controls, however long and whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (text, most) => {
        const visible = visibleText(text, most)
        expect(visible.length).toBeLessThanOrEqual(most)
        expect(visible.isWellFormed()).toBe(true)
        expect(visible).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u)
        expect(visible).toBe(visible.trim())
      }),
    )
  })

  it('looks at no more of a megabyte than it must', () => {
    expect(visibleText('\u200b'.repeat(1_000_000), 100)).toBe('')
    expect(visibleText(`${'x'.repeat(1_000_000)}`, 100)).toBe('x'.repeat(100))
  })
})

describe('withoutAddresses', () => {
  it.each([
    ['an address', 'See https://evil.example/a?b=c now', 'See now'],
    ['a picture', 'Nice ![pixel](https://evil.example/p.png?q=secret) kettle', 'Nice pixel kettle'],
    ['a link', 'Buy [here](https://evil.example).', 'Buy here.'],
    ['a link with parentheses in it', '[x](javascript:alert(1)) [y](/a(b))', 'x y'],
    ['another scheme', 'javascript:alert(1) data:text/html;base64,AAAA ftp://x', '(1)'],
    ['an address without its scheme', 'go to //evil.example/x or www.evil.example', 'go to or'],
    ['one that is hidden in the text of another', 'ht![tps://evil.example/](x)', ''],
    [
      'one of a host that only looks allowed',
      'https://shop.example@evil.example/ https://shop.example.evil.example',
      '',
    ],
    ['one with a backslash', 'https://shop.example\\@evil.example/', ''],
    [
      'one that is wrapped over and over',
      '[[[[[[pay](a)](b)](c)](d)](e)](/steal) [[[[[w](a)](a)](a)](a)](a)ww.evil.example',
      'pay',
    ],
    ['one that is not https', 'http://shop.example/a', ''],
  ])('takes out %s', (_, text, rest) => {
    expect(withoutAddresses(text, new Set(['shop.example']))).toBe(rest)
  })

  it('leaves those of allowed hosts, and what only looks like one', () => {
    const text = 'At https://shop.example/kettles?id=1 24/7, ratio 3:4, and/or data: 5 GB'
    expect(withoutAddresses(text, new Set(['shop.example']))).toBe(text)
  })

  it('leaves no scheme, however it is wrapped', () => {
    const bits = fc.constantFrom(
      'ht',
      'tps',
      'https',
      '://',
      ':',
      '//',
      'evil.example',
      '![',
      '](',
      ')',
      '[',
      ']',
      ' ',
      '/',
      'x',
    )
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 24 }), parts => {
        expect(withoutAddresses(parts.join(''), nowhere)).not.toContain('://')
      }),
      { numRuns: 500 },
    )
  })
})

describe('toQuery', () => {
  it('makes one line of at most 512 visible characters in compatibility form', () => {
    expect(toQuery(`  Ｋｅｔｔｌｅ\n${tags}  under\u200b ５０ € `)).toBe('Kettle under 50 €')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), text => {
        const query = toQuery(text)
        expect(query.length).toBeLessThanOrEqual(512)
        expect(query.isWellFormed()).toBe(true)
        expect(query).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }),
      { numRuns: 50 },
    )
  })
})
