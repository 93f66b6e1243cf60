import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteText } from '../../src/wire/body-scan.ts'
import { encodeBody, parseBody } from '../../src/wire/source-body.ts'
import { valueSpans } from '../../src/wire/value-spans.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

interface Body {
  readonly model: string
  readonly messages: readonly Message[]
}
interface Message {
  readonly role: string
  readonly content: unknown
}

/** A body as somebody may write it, changed by copying, and sent on. */
function sentOn(body: string, change: (value: Body) => object): string {
  const source = parseBody(encoder.encode(body))
  return decoder.decode(encodeBody(change(source.value as never), source))
}

const facts = { type: 'text', text: 'Fäkten.' }
const withFacts = (value: Body): Body => {
  const last = value.messages.at(-1)
  const own = Array.isArray(last?.content) ? last.content : [{ type: 'text', text: last?.content }]
  const message = { ...last, role: last?.role ?? '', content: [...own, facts] }
  return { ...value, messages: value.messages.with(-1, message) }
}

describe('a request of which one message was changed', () => {
  it('keeps every byte of the others, spaces and escapes included', () => {
    const body =
      '{ "model" : "m", "messages": [ {"content":"caf\\u00e9 \\/ \\ud83d\\ude00" , "role":"user"},\n {"role":"user","content": "k\\u00e9ttle?"} ] , "n":1 }'
    expect(sentOn(body, withFacts)).toBe(
      '{ "model" : "m", "messages": [ {"content":"caf\\u00e9 \\/ \\ud83d\\ude00" , "role":"user"},\n {"role":"user","content": [{"type":"text","text":"k\\u00e9ttle?"},{"type":"text","text":"Fäkten."}]} ] , "n":1 }',
    )
  })

  it('keeps the bytes of the parts before one that was added', () => {
    const body = '{"model":"m","messages":[{"role":"user","content":[ {"text":"\\u0061","type":"text"} ]}]}'
    expect(sentOn(body, withFacts)).toBe(
      '{"model":"m","messages":[{"role":"user","content":[ {"text":"\\u0061","type":"text"},{"type":"text","text":"Fäkten."} ]}]}',
    )
  })

  it('keeps them where members are added and cut beside it, too', () => {
    const body = '{"model":"m","n":1,"messages":[{"role":"system","content":"\\u0061"},{"role":"user","content":"b"}]}'
    const change = ({ model, messages }: Body): object => ({
      ...withFacts({ model, messages }),
      max_completion_tokens: 5,
    })
    expect(sentOn(body, change)).toBe(
      '{"model":"m","messages":[{"role":"system","content":"\\u0061"},{"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"Fäkten."}]}],"max_completion_tokens":5}',
    )
  })

  it('gets members that were added to the message', () => {
    const body = '{"model":"m","messages":[ {"role":"user"} ]}'
    const change = (value: Body): object => ({
      ...value,
      messages: [{ ...value.messages[0], name: 'ä', gone: undefined }, undefined],
    })
    expect(sentOn(body, change)).toBe('{"model":"m","messages":[ {"role":"user","name":"ä"},null ]}')
  })

  it.each([
    ['a doubled key', '{"model":"m","messages":[{"role":"x","role":"user","content":"b"}]}', withFacts],
    ['keys that look like indexes', '{"model":"m","messages":[{"role":"user","content":"b","1":2,"0":3}]}', withFacts],
    ['a member that was cut', '{"model":"m","messages":[{"role":"user","content":"b","name":"c"}]}', withoutName],
    ['fewer messages', '{"model":"m","messages":[{"role":"user"},{"role":"user"}]}', firstOnly],
    ['a message that writes itself', '{"model":"m","messages":[{"role":"user"}]}', selfWriting],
  ])('is written anew as far as it must be for %s', (_, body, change) => {
    const value = JSON.parse(body) as Body
    expect(JSON.parse(sentOn(body, change))).toEqual(JSON.parse(JSON.stringify(change(value))))
  })

  it('says what the copy says, whatever was changed', () => {
    const key = fc.constantFrom('role', 'content', 'a', '0', 'text', 'é"')
    // A key `__proto__` is refused.
    const json = fc.jsonValue({ maxDepth: 3 }).filter(value => !JSON.stringify(value).includes('"__proto__"'))
    const change = fc.oneof(json, fc.constant(undefined))
    const space = fc.constantFrom('', ' ', '\n\t')
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(key, json, { maxKeys: 4 }), { maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(6), key, change), { maxLength: 4 }),
        space,
        (messages, changes, indent) => {
          const body = JSON.stringify({ model: 'm', messages }, null, indent)
          const source = parseBody(encoder.encode(body))
          const copy: Record<string, unknown>[] = [...(source.value.messages as Record<string, unknown>[])]
          for (const [index, name, value] of changes) copy[index] = { ...copy[index], [name]: value }
          const now = { ...source.value, messages: Array.from(copy) }
          const expected: unknown = JSON.parse(JSON.stringify(now))
          expect(JSON.parse(decoder.decode(encodeBody(now, source)))).toEqual(expected)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('valueSpans', () => {
  it('finds the values of any array or object', () => {
    const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
    fc.assert(
      fc.property(container, fc.constantFrom('', ' ', '\n'), (value, indent) => {
        const text = byteText(encoder.encode(JSON.stringify(value, null, indent)))
        const spans = valueSpans(text)
        const found: unknown[] = []
        for (let at = 0; at < spans.length; at += 2) {
          const bytes = Buffer.from(text.slice(spans[at], spans[at + 1]), 'latin1')
          found.push(JSON.parse(bytes.toString()))
        }
        expect(found).toEqual(Object.values(JSON.parse(JSON.stringify(value)) as object))
      }),
      { numRuns: 500 },
    )
  })
})

function withoutName(value: Body): object {
  const [{ role, content } = { role: '', content: '' }] = value.messages
  return { ...value, messages: [{ role, content }] }
}

function firstOnly(value: Body): object {
  return { ...value, messages: value.messages.slice(0, 1) }
}

function selfWriting(value: Body): object {
  return { ...value, messages: [{ ...value.messages[0], toJSON: () => 'me' }] }
}
