import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BodyError, isBodyError } from '../../src/wire/body-error.ts'
import { encodeBody, parseBody, type SourceBody, saysAllOnce } from '../../src/wire/source-body.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
const nested = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`

function refusal(body: string | Uint8Array): BodyError {
  try {
    parseBody(typeof body === 'string' ? encode(body) : body)
  } catch (error) {
    if (isBodyError(error)) return error
    throw error
  }
  throw new Error(`was not refused: ${String(body).slice(0, 80)}`)
}

function memberTexts(source: SourceBody): Record<string, string> {
  const entries = [...(source.members ?? [])].map(([key, [start, end]]) => [
    key,
    decode(source.bytes.slice(start, end)),
  ])
  return Object.fromEntries(entries)
}

describe('parseBody', () => {
  it('keeps the bytes, parses the value and finds the text of each top-level member', () => {
    const bytes = encode('{ "model" : "fast" ,\n\t"n":1.0,"stop":[ "}" , "," ],"user":null , "é\\"x":{"a":{}} }\n')
    const source = parseBody(bytes)
    expect(source.bytes).toBe(bytes)
    expect(source.value).toEqual({ model: 'fast', n: 1, stop: ['}', ','], user: null, 'é"x': { a: {} } })
    expect(memberTexts(source)).toEqual({
      model: '"fast"',
      n: '1.0',
      stop: '[ "}" , "," ]',
      user: 'null',
      'é"x': '{"a":{}}',
    })
  })

  it('finds members in bytes that are a view into a larger buffer', () => {
    const padded = encode('xxx{"a":1,"b":[2]}yyy')
    expect(memberTexts(parseBody(padded.subarray(3, 18)))).toEqual({ a: '1', b: '[2]' })
  })

  it.each([
    ['no member', '{ }', {}],
    ['a string that ends in an escaped backslash', '{"a":"x\\\\","b":1}', { a: '"x\\\\"', b: '1' }],
    ['an escaped quote before the end', '{"a":"x\\"","b":1}', { a: '"x\\""', b: '1' }],
    ['a quote after three backslashes', '{"a":"\\\\\\"","b":1}', { a: '"\\\\\\""', b: '1' }],
  ])('finds members past %s', (_, text, expected) => {
    expect(memberTexts(parseBody(encode(text)))).toEqual(expected)
  })

  it.each([30, 31, 32, 33, 34, 254, 255, 256, 257, 258, 288, 289, 290])(
    'finds the end of a string whose escapes stand around byte %i, where the search changes pace',
    length => {
      for (const tail of ['', '\\"', '\\\\', '\\\\\\"', '\\"y\\"', `\\"${'z'.repeat(length)}\\\\`]) {
        const text = `{"a":"${'x'.repeat(length)}${tail}","b":"${tail}"}`
        expect(memberTexts(parseBody(encode(text))).b).toBe(`"${tail}"`)
      }
    },
  )

  it('knows no members when a top-level key is doubled, written differently or not', () => {
    expect(parseBody(encode('{"a":1,"a":2}')).members).toBeUndefined()
    expect(parseBody(encode('{"a":1,"\\u0061":2}')).members).toBeUndefined()
    expect(parseBody(encode('{"x":{"a":1,"a":2}}')).members?.size).toBe(1)
  })

  it('tells whether each is said once, and gives no bytes out by that: a long body of its own is renamed where it stands', () => {
    const long = (members: string): Uint8Array => encode(`{"model":"a/long-name","x":"${'x'.repeat(8_000)}"${members}}`)
    const bytes = long('')
    const source = parseBody(bytes, { isOwn: true })
    expect(saysAllOnce(source)).toBe(true)
    expect(encodeBody({ ...source.value, model: 'b' }, source).buffer).toBe(bytes.buffer)
    expect(saysAllOnce(parseBody(long(',"n":1,"n":2'), { isOwn: true }))).toBe(false)
    const renamed = parseBody(long(',"n":1,"n":2'), { isOwn: true })
    encodeBody({ ...renamed.value, model: 'b' }, renamed)
    expect(saysAllOnce(renamed)).toBe(false)
    expect(decode(renamed.bytes)).toBe(decode(long(',"n":1,"n":2')))
  })

  it('knows no members when a key looks like an array index, for engines reorder those', () => {
    expect(parseBody(encode('{"b":1,"7":2}')).members).toBeUndefined()
  })

  it('takes 64 levels and refuses the 65th', () => {
    expect(parseBody(encode(nested(64))).value).toHaveProperty('a')
    const at = '{"a":'.length * 64
    expect(refusal(nested(65))).toMatchObject({
      message: `The request body is nested deeper than 64 levels at byte ${at}; send flatter JSON.`,
      param: 'a',
    })
  })

  it('counts arrays as levels, and counts no brackets inside strings', () => {
    const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(refusal(`{"a":${lists(64)}}`).message).toContain('deeper than 64 levels at byte 68;')
    expect(parseBody(encode(`{"a":"${'['.repeat(500)}","b":${lists(63)}}`)).value).toHaveProperty('b')
    expect(parseBody(encode(`{"a":[${'[],'.repeat(500)}${lists(62)}]}`)).value).toHaveProperty('a')
  })

  it.each([200_000, 400_000])('refuses %i levels, on either side of the size that is scanned first', levels => {
    expect(refusal('['.repeat(levels)).message).toContain('nested deeper than 64 levels at byte 64;')
    const closed = `{"a":${'['.repeat(levels / 2)}${']'.repeat(levels / 2)}}`
    expect(refusal(closed).message).toContain('nested deeper than 64 levels at byte 68;')
  })

  it.each([
    ['lists', '[],'],
    ['numbers', '0,'],
    ['members', '"a":0,', '{', '}'],
  ])(
    'refuses more than a million %s, each of which costs many times its bytes',
    (_what, value, open = '[', close = ']') => {
      const body = (values: number): Uint8Array =>
        encode(`{"model":"m","x":${open}${value.repeat(values).slice(0, -1)}${close}}`)
      expect(parseBody(body(400_000)).value).toHaveProperty('x')
      expect(refusal(Buffer.from(body(1_100_000)).toString()).message).toBe(
        'The request body holds more than 1000000 values; send fewer at a time.',
      )
    },
  )

  it('counts no commas and brackets of texts among the values', () => {
    expect(parseBody(encode(`{"a":"${',[{'.repeat(1_100_000)}"}`)).value).toHaveProperty('a')
  })

  it('takes no more than linear time over text made to be slow', () => {
    const slow = [
      `{"a":${' '.repeat(300_000)}${','.repeat(300_000)}`,
      `{"a":"${'\\'.repeat(300_000)}`,
      `{"a":"${'\\"'.repeat(300_000)}`,
    ]
    const start = performance.now()
    for (const text of slow) expect(refusal(text).message).toContain('not valid JSON')
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  it.each([
    ['at the top', '{"__proto__":{}}', '__proto__', ''],
    ['in a nested object', '{"tools":[{"__proto__" : 1}]}', 'tools', ' (inside `tools`)'],
    ['written with escapes', '{"a":{"\\u005f_proto\\u005F_":1}}', 'a', ' (inside `a`)'],
    [
      'all escapes',
      `{"a":{"${Array.from('__proto__')
        .map(c => `\\u00${c.charCodeAt(0).toString(16)}`)
        .join('')}":1}}`,
      'a',
      ' (inside `a`)',
    ],
  ])('refuses a key __proto__ %s', (_, body, param, place) => {
    const message = `The request body has a key \`__proto__\`${place}, which is refused; rename or remove it.`
    expect(refusal(body)).toMatchObject({ message, param })
  })

  it('takes __proto__ as text, and keys that only look like it', () => {
    const text = '{"a":"__proto__","b":["__proto__"],"__proto":1,"__proto___":2,"\\\\u005f_proto__":3}'
    expect(Object.keys(parseBody(encode(text)).value)).toEqual(['a', 'b', '__proto', '__proto___', '\\u005f_proto__'])
  })

  it.each([
    ['', 'The request body is empty; send a JSON object.'],
    [' \r\n\t', 'The request body is empty; send a JSON object.'],
    ['[]', 'The request body must be a JSON object, not an array.'],
    ['"a"', 'The request body must be a JSON object, not a string.'],
    ['null', 'The request body must be a JSON object, not null.'],
    ['12', 'The request body must be a JSON object, not a number.'],
    ['true', 'The request body must be a JSON object, not a boolean.'],
    ['\ufeff{}', 'The request body starts with a byte order mark; send UTF-8 without one.'],
    ['{"a":1', 'The request body is not valid JSON: it ends too early, at line 1, column 7.'],
    ['{"a":"x', 'The request body is not valid JSON: it ends too early, at line 1, column 8.'],
    [
      '{\n  "a": 1,\n}',
      "The request body is not valid JSON: unexpected '}' at line 3, column 1 (JSON has no trailing commas).",
    ],
    [
      '{"a":[1,]}',
      "The request body is not valid JSON: unexpected ']' at line 1, column 9 (JSON has no trailing commas).",
    ],
    ["{'a':1}", `The request body is not valid JSON: unexpected "'" at line 1, column 2 (use double quotes).`],
    ['{"a":}', "The request body is not valid JSON: unexpected '}' at line 1, column 6."],
    ['{"a" 1}', "The request body is not valid JSON: unexpected '1' at line 1, column 6."],
    ['{"a":1 "b":2}', "The request body is not valid JSON: unexpected '\"' at line 1, column 8."],
    ['{"a":tru}', "The request body is not valid JSON: unexpected 't' at line 1, column 6."],
    ['{"a":01}', "The request body is not valid JSON: unexpected '1' at line 1, column 7."],
    ['{"a":1}}', "The request body is not valid JSON: unexpected '}' at line 1, column 8."],
    ['{"a":"x\ny"}', 'The request body is not valid JSON: unexpected line break at line 1, column 8.'],
    ['{"a":"\u0001"}', 'The request body is not valid JSON: unexpected character U+0001 at line 1, column 7.'],
    ['{"a":"\\x"}', "The request body is not valid JSON: unexpected '\\' at line 1, column 7."],
    ['model=fast', "The request body is not valid JSON: unexpected 'm' at line 1, column 1."],
    ['{"a":😀}', "The request body is not valid JSON: unexpected '😀' at line 1, column 6."],
  ])('refuses %j in a sentence', (body, message) => {
    expect(refusal(body)).toMatchObject({ message, name: 'BodyError', param: undefined })
  })

  it('refuses bytes that are not UTF-8 instead of corrupting the prompt', () => {
    const cut = encode('{"a":"é"}').filter(byte => byte !== 0xa9)
    expect(refusal(cut).message).toBe('The request body is not valid UTF-8; send JSON encoded as UTF-8.')
    expect(refusal(new Uint8Array([0xff, 0xfe, 0x7b, 0x00])).message).toContain('not valid UTF-8')
  })

  it('never quotes the text around a fault', () => {
    expect(refusal('{"messages":"my secret plan" oops}').message).not.toContain('secret')
  })

  it('refuses what JSON.parse refuses and nothing else', () => {
    const alphabet = fc.constantFrom(...Array.from('{}[]:,"\\ \n01-.eE+truefalsn\'u'), '"a"', '":', 'null', 'é', '\t')
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 14 }), pieces => {
        const text = `{"k":${pieces.join('')}}`
        let parses = true
        try {
          JSON.parse(text)
        } catch {
          parses = false
        }
        if (parses) expect(parseBody(encode(text)).value).toEqual(JSON.parse(text))
        else expect(refusal(text).message).toMatch(/is not valid JSON: (unexpected|it ends too early)/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('isBodyError', () => {
  it('recognises another copy of the class by its brand, and nothing else', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('modelgate.BodyError'), { value: true })
    expect(isBodyError(foreign)).toBe(true)
    for (const other of [new Error('x'), null, undefined, 'BodyError', {}]) expect(isBodyError(other)).toBe(false)
  })
})

describe('encodeBody', () => {
  const text = '{ "model": "fast", "messages": [ {"role":"user","content":"\\u0068\\/i"} ], "n": 1.0 }'
  const source = parseBody(encode(text))
  const encoded = (value: object): string => decode(encodeBody(value, source))

  it('gives the very bytes when nothing changed', () => {
    expect(encodeBody(source.value, source)).toBe(source.bytes)
    expect(encoded({ ...source.value })).toBe(text)
  })

  it.each([
    ['replaces a changed member in place', { model: 'us/x"y' }, text.replace('"fast"', '"us/x\\"y"')],
    [
      'adds a member behind a model that stands first',
      { stream_options: { include_usage: true } },
      text.replace('"fast"', '"fast","stream_options":{"include_usage":true}'),
    ],
    [
      'appends a member that is added where another is changed',
      { n: 2, x: null },
      text.replace('1.0 }', '2 ,"x":null}'),
    ],
    [
      'cuts the first member',
      { model: undefined },
      '{ "messages": [ {"role":"user","content":"\\u0068\\/i"} ], "n": 1.0 }',
    ],
    ['cuts a middle member', { messages: undefined }, '{ "model": "fast", "n": 1.0 }'],
    [
      'cuts the last member',
      { n: undefined },
      '{ "model": "fast", "messages": [ {"role":"user","content":"\\u0068\\/i"} ]}',
    ],
    [
      'does all at once',
      { model: undefined, n: 2, x: null },
      '{ "messages": [ {"role":"user","content":"\\u0068\\/i"} ], "n": 2 ,"x":null}',
    ],
    [
      'cuts a member that JSON cannot carry',
      { n: () => 1 },
      '{ "model": "fast", "messages": [ {"role":"user","content":"\\u0068\\/i"} ]}',
    ],
  ])('%s', (_, edits, expected) => {
    expect(encoded({ ...source.value, ...edits })).toBe(expected)
  })

  it('adds behind a model that stands first, whatever else stands there', () => {
    const first = parseBody(encode('{"model":"fast","stream":true , "n":1}'))
    const added = { model: 'nova', x: undefined, stream_options: { include_usage: true }, y: 'é' }
    expect(decode(encodeBody({ ...first.value, ...added }, first))).toBe(
      '{"model":"nova","stream_options":{"include_usage":true},"y":"é","stream":true , "n":1}',
    )
    expect(decode(encodeBody({ ...first.value, ...added, n: 2 }, first))).toBe(
      '{"model":"nova","stream":true , "n":2,"stream_options":{"include_usage":true},"y":"é"}',
    )
  })

  describe('of a long body that begins with its model', () => {
    const long = JSON.stringify({ model: 'openai/gpt-4o', messages: ['long '.repeat(2_000)], n: 1 })
    const named = (model: string): string => long.replace('openai/gpt-4o', model)
    const sourceOf = (isOwn: boolean) => parseBody(encode(long), { isOwn })
    const renamed = (source: ReturnType<typeof sourceOf>, model: string): Uint8Array =>
      encodeBody({ ...source.value, model }, source)

    it('writes another model where it stands, once, if nobody else holds the bytes', () => {
      const source = sourceOf(true)
      const first = renamed(source, 'gpt-4o')
      const second = renamed(source, 'nova')
      expect(first.buffer).not.toBe(second.buffer)
      expect([first, second, renamed(source, 'a-much-longer-name')].map(bytes => decode(bytes))).toEqual(
        ['gpt-4o', 'nova', 'a-much-longer-name'].map(named),
      )
    })

    it('still has the bytes as they came, and spares those that it gave away', () => {
      const source = sourceOf(true)
      const sent = renamed(source, 'gpt-4o')
      expect(decode(source.bytes)).toBe(long)
      expect(encodeBody(source.value, source)).toBe(source.bytes)
      expect(decode(encodeBody({ ...source.value, model: 'x', n: 2 }, source))).toBe(named('x').replace('1}', '2}'))
      expect(decode(sent)).toBe(named('gpt-4o'))
      expect(source.length).toBe(long.length)
    })

    it.each([
      ['are the host’s', () => sourceOf(false)],
      [
        'were asked for before',
        () => {
          const source = sourceOf(true)
          expect(source.bytes).toHaveLength(long.length)
          return source
        },
      ],
    ])('leaves alone bytes that %s', (_, make) => {
      const source = make()
      expect(decode(renamed(source, 'gpt-4o'))).toBe(named('gpt-4o'))
      expect(decode(source.bytes)).toBe(long)
    })

    it('takes names of any characters', () => {
      for (const model of ['é/😀', 'x"y', ''])
        expect(decode(renamed(sourceOf(true), model))).toBe(named(JSON.stringify(model).slice(1, -1)))
    })
  })

  it.each([
    ['ASCII', 'plain', 'other'],
    ['more than ASCII', 'é — 😀', 'other'],
    ['ASCII, by more than it', 'plain', 'ü 😀'],
    ['more than ASCII, by more than it', 'é — 😀', 'ü 😀'],
    ['much text', 'long '.repeat(2_000), 'other'],
    ['much text of more than ASCII', 'é — 😀'.repeat(2_000), 'ü 😀'],
  ])('replaces members of a body of %s', (_, content, name) => {
    const body = { model: 'fast', stop: 'x', messages: [content] }
    const spoken = parseBody(encode(JSON.stringify(body)))
    const changed = { ...spoken.value, model: name, stop: name }
    for (const _attempt of [1, 2]) {
      expect(decode(encodeBody(changed, spoken))).toBe(JSON.stringify({ ...body, model: name, stop: name }))
    }
  })

  it('takes an inherited member for none', () => {
    const odd = Object.assign(Object.create({ n: 5 }) as object, {
      model: 'fast',
      messages: source.value.messages,
    })
    expect(JSON.parse(encoded(odd))).toEqual(JSON.parse(JSON.stringify(odd)))
  })

  it.each([
    ['a key __proto__', '{"__proto__":1}'],
    ['too many levels', '['.repeat(200) + ']'.repeat(200)],
  ])('forwards what was checked where a doubled key hid %s', (_, hidden) => {
    const odd = parseBody(encode(`{"metadata":{"a":${hidden},"a":"2"},"model":"m"}`))
    expect(decode(encodeBody({ ...odd.value, model: 'n' }, odd))).toBe('{"metadata":{"a":"2"},"model":"n"}')
  })

  it('makes an empty object of no members, and adds to an empty one without a comma', () => {
    expect(encoded({})).toBe('{}')
    expect(JSON.parse(encoded({ a: 1, b: 2 }))).toEqual({ a: 1, b: 2 })
    expect(decode(encodeBody({ a: 1 }, parseBody(encode('{ }'))))).toBe('{ "a":1}')
  })

  it('does not mistake inherited members for kept ones', () => {
    const odd = parseBody(encode('{"toString":1,"constructor":2,"a":3}'))
    expect(decode(encodeBody({ a: 3 }, odd))).toBe('{"a":3}')
  })

  it('serialises the whole without a source, without known members, or with toJSON', () => {
    expect(decode(encodeBody({ a: [1] }, undefined))).toBe('{"a":[1]}')
    const doubled = parseBody(encode('{ "a":1, "a":2 }'))
    expect(decode(encodeBody({ ...doubled.value, b: 3 }, doubled))).toBe('{"a":2,"b":3}')
    expect(encoded({ ...source.value, toJSON: () => ({ other: true }) })).toBe('{"other":true}')
  })

  it('tells 0 from -0, which compare as equal', () => {
    const zero = parseBody(encode('{"seed":-0}'))
    expect(decode(encodeBody({ seed: 0 }, zero))).toBe('{"seed":0}')
  })
})

/** JSON text with random white space and with characters randomly written as escapes. */
function untidy(value: unknown, random: () => number): string {
  const space = (): string => [' ', '\n', '\t', '\r\n', '', '', ''][Math.floor(random() * 7)] ?? ''
  const string = (text: string): string => {
    const inner = JSON.stringify(text).slice(1, -1)
    if (inner.includes('\\') || random() < 0.5) return `"${inner}"`
    // By code point: half a surrogate pair left unescaped would not survive UTF-8.
    const asEscapes = (character: string): string =>
      character.replaceAll(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const escaped = Array.from(text).map(character => (random() < 0.3 ? asEscapes(character) : character))
    return `"${escaped.join('')}"`
  }
  if (typeof value === 'string') return string(value)
  if (Array.isArray(value))
    return `[${space()}${value.map(item => untidy(item, random) + space()).join(`,${space()}`)}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${space()}${string(key)}${space()}:${space()}${untidy(item, random)}${space()}`,
    )
    return `{${members.join(',') || space()}}`
  }
  return JSON.stringify(value)
}

describe('encodeBody, for any object and any edits', () => {
  const key = fc.oneof(
    fc.constantFrom('model', 'messages', 'a', 'b', 'toString', 'é"\\', '7', ''),
    fc.string({ unit: 'grapheme' }),
  )
  const safeKey = key.filter(name => name !== '__proto__')
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('\\', '"', '\\"', '"\\\\', '},{', '"a":1'),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const json = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(safeKey, tie('value'), { maxKeys: 4 }),
    ),
  })).value
  const plain = (entries: [string, unknown][]): Record<string, unknown> => Object.fromEntries(entries)
  const object = fc.uniqueArray(fc.tuple(safeKey, json), { maxLength: 6, selector: ([name]) => name }).map(plain)
  const edits = fc
    .uniqueArray(fc.tuple(safeKey, fc.oneof(json, fc.constant(undefined))), {
      maxLength: 5,
      selector: ([name]) => name,
    })
    .map(plain)

  it('says the same as JSON.stringify, and leaves the bytes of unchanged members as they came', () => {
    fc.assert(
      fc.property(
        object,
        edits,
        fc.array(safeKey),
        fc.infiniteStream(fc.integer({ min: 0, max: 999 }).map(thousandths => thousandths / 1000)),
        (value, changes, drops, stream) => {
          const random = (): number => stream.next().value ?? 0
          const source = parseBody(encode(`${random() < 0.5 ? '\n ' : ''}${untidy(value, random)} `))
          expect(source.value).toEqual(value)
          const next: Record<string, unknown> = { ...source.value, ...changes }
          for (const drop of drops) delete next[drop]
          const bytes = encodeBody(next, source)
          expect(JSON.parse(decode(bytes))).toEqual(JSON.parse(JSON.stringify(next)))
          const before = memberTexts(source)
          const after = memberTexts(parseBody(bytes))
          if (source.members === undefined || parseBody(bytes).members === undefined) return
          for (const name of Object.keys(before))
            if (Object.hasOwn(next, name) && next[name] === source.value[name]) expect(after[name]).toBe(before[name])
        },
      ),
      { numRuns: 1000 },
    )
  })
})
