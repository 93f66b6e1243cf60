import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { parseBehindModel } from '../../src/wire/model-first.ts'
import { encodeBody, parseBody } from '../../src/wire/source-body.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

/** What an upstream is sent whose model is called `up`. */
function sent(body: string, isOwn = true): string {
  const source = parseBody(encode(body), { isOwn })
  return decode(encodeBody({ ...source.value, model: 'up' }, source))
}

describe('parseBehindModel', () => {
  it.each([
    ['as it is', '{"model":"b","n":1,"model":"b"}'],
    ['in escapes', String.raw`{"model":"b","n":1,"mo\u0064el":"b"}`],
    ['in capitals of escapes', String.raw`{"model":"b","n":1,"\u006D\u006Fdel":"b"}`],
    ['in escapes alone', String.raw`{"model":"b","n":1,"\u006d\u006f\u0064\u0065\u006c":"b"}`],
    ['twice', '{"model":"b","model":"evil","n":1,"model":"b"}'],
    ['behind white space', '{ "model" :\n"b",\t"n":1, "model"\r\n: "b" }'],
    ['behind a long text', `{"model":"b","x":"${'"\\n\\\\'.replace('"', '\\"').repeat(3_000)}","n":1,"model":"b"}`],
  ])('lets an upstream be told no second model that is written %s', (_, body) => {
    for (const isOwn of [true, false]) {
      expect(sent(body, isOwn).match(/m(o|\\u006[fF])(d|\\u0064)el|\\u006d/g)).toHaveLength(1)
      expect(JSON.parse(sent(body, isOwn))).toEqual({ ...(JSON.parse(body) as object), model: 'up' })
    }
  })

  it('leaves models alone that stand within something else', () => {
    const rest = String.raw`"metadata":{"model":"x","m\u006fdel":"x"},"tools":[{"model":1}],"stop":"\"model\":\"x\"","Model":"x"`
    expect(sent(`{"model":"b",${rest}}`)).toBe(`{"model":"up",${rest}}`)
  })

  it.each([
    ['nothing but the model', '{"model":"b"}'],
    ['a comma with nothing behind it', '{"model":"b",}'],
    ['two commas', '{"model":"b",,"n":1}'],
    ['something else that begins so', '{"model_id":"b","n":1}'],
    ['a number', '{"model":1,"n":1}'],
    ['an escape in the name', String.raw`{"model":"\u0062","n":1}`],
    ['a name of more than ASCII', '{"model":"é","n":1}'],
    ['a line break in the name', '{"model":"b\n","n":1}'],
    ['a name without an end', '{"model":"b'],
    ['a fault behind it', '{"model":"b","n":}'],
    ['another value behind it', '{"model":"b","n":1}}'],
    ['a second member that is none', '{"model":"b",1:"n"}'],
    ['no object', '["model","b","n"]'],
    ['nothing', ''],
  ])('leaves %s to others, and the bytes as they came', (_, body) => {
    for (const isOwn of [true, false]) {
      const bytes = encode(body)
      expect(parseBehindModel(bytes, isOwn)).toBeUndefined()
      expect(decode(bytes)).toBe(body)
    }
  })

  it('leaves what is not UTF-8 to others', () => {
    const bytes = encode('{"model":"b","n":"é"}').filter(byte => byte !== 0xa9)
    const before = Array.from(bytes)
    expect(parseBehindModel(bytes, true)).toBeUndefined()
    expect(Array.from(bytes)).toEqual(before)
  })

  it.each([
    ['bytes', encode],
    ['a Buffer, whose slices are views', (text: string) => Buffer.from(text)],
  ])('does not write to a host’s %s, not even for a moment', (_, bytesOf) => {
    const text = '{"model":"b","n":1}'
    const bytes = bytesOf(text)
    const parse = JSON.parse.bind(JSON)
    const meanwhile: string[] = []
    const spy = vi.spyOn(JSON, 'parse').mockImplementation(rest => {
      meanwhile.push(decode(bytes))
      return parse(rest) as unknown
    })
    try {
      expect(parseBehindModel(bytes, false)?.value).toEqual({ model: 'b', n: 1 })
    } finally {
      spy.mockRestore()
    }
    expect(meanwhile).toEqual([text])
  })
})

/** An object's members as they stand in the text, with doubled keys. */
type Members = readonly (readonly [key: string, value: unknown])[]

/** JSON as anybody may write it: white space anywhere, any character of a key as an escape. */
function written(members: Members, random: () => number): string {
  const space = (): string => [' ', '\n', '\t', '', '', ''][Math.floor(random() * 6)] ?? ''
  const escaped = (character: string): string => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${random() < 0.5 ? hex : hex.toUpperCase()}`
  }
  const keyText = (key: string): string =>
    `"${Array.from(key, character => (random() < 0.15 ? escaped(character) : character)).join('')}"`
  const texts = members.map(
    ([key, value]) => `${space()}${keyText(key)}${space()}:${space()}${JSON.stringify(value)}${space()}`,
  )
  return `${space()}{${texts.join(',')}}${space()}`
}

/** What one reads that goes by the first of two members of a name, by a scan of its own. */
function firstWins(text: string): Record<string, unknown> {
  const found = new Map<string, unknown>()
  const token = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/gy
  const tokens = Array.from(text.matchAll(token), ([, word]) => word ?? '')
  const value = (from: number): number => {
    let depth = 0
    let at = from
    do {
      if (tokens[at] === '{' || tokens[at] === '[') depth += 1
      else if (tokens[at] === '}' || tokens[at] === ']') depth -= 1
      at += 1
    } while (depth > 0)
    return at
  }
  for (let at = 1; at < tokens.length - 1; ) {
    const key = JSON.parse(tokens[at] ?? '') as string
    const end = value(at + 2)
    if (!found.has(key)) found.set(key, JSON.parse(tokens.slice(at + 2, end).join('')))
    at = end + 1
  }
  return Object.fromEntries(found)
}

describe('a body that tells models, doubled, escaped and within others', () => {
  const name = fc.constantFrom('a', 'b', 'evil', 'x'.repeat(40), 'é', 'q"q')
  const nested = fc.record({ model: name, list: fc.array(fc.record({ model: name }), { maxLength: 2 }) })
  const long = fc.constantFrom('"model":"a"', '\\u006dodel', 'line\n"quoted" '.repeat(500))
  const member = fc.oneof(
    fc.tuple(fc.constant('model'), name),
    fc.tuple(fc.constantFrom('messages', 'metadata', 'Model', 'models', 'n', '7'), fc.oneof(nested, long, name)),
  )
  const model = fc.tuple(fc.constant('model'), name)
  const bodies = fc.tuple(
    fc.oneof({ weight: 3, arbitrary: fc.tuple(model) }, { weight: 1, arbitrary: fc.tuple() }),
    fc.array(member, { maxLength: 6 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 999 }).map(thousandths => thousandths / 1000)),
    fc.boolean(),
  )

  it('is understood as JSON.parse does, and the upstream is told one model, whichever of two it goes by', () => {
    fc.assert(
      fc.property(bodies, ([first, others, stream, isOwn]) => {
        const text = written([...first, ...others], () => stream.next().value ?? 0)
        const source = parseBody(encode(text), { isOwn })
        const checked = JSON.parse(text) as Record<string, unknown>
        expect(source.value).toEqual(checked)
        expect(Object.keys(source.value)).toEqual(Object.keys(checked))
        expect(decode(source.bytes)).toBe(text)
        if (typeof checked.model !== 'string') return
        for (const model of ['up', 'another one upstream']) {
          const upstream = decode(encodeBody({ ...source.value, model, stream: true }, source))
          expect(JSON.parse(upstream)).toEqual({ ...checked, model, stream: true })
          expect(firstWins(upstream).model).toBe(model)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
