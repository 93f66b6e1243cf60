import { describe, expect, it } from 'vitest'
import { toSdkBody, toWire } from '../src/upstream/sdk-values.ts'
import type { ConverseBody } from '../src/wire/converse-wire.ts'

const base64 = 'AP+AAQ=='
const bytes = Uint8Array.of(0, 255, 128, 1)
const source = { source: { bytes: base64 } }
const binary = { source: { bytes: Buffer.from(bytes) } }

describe('a body for the SDK', () => {
  it('has bytes wherever Converse takes a blob', () => {
    const media = { image: source, document: source, video: source, audio: source }
    const content = [
      media,
      { guardContent: { image: source } },
      { toolResult: { toolUseId: 't', content: [media, { text: base64 }] } },
      { reasoningContent: { redactedContent: base64 } },
    ]
    const body = { messages: [{ role: 'user', content }], system: [{ guardContent: { image: source } }] }
    const binaries = { image: binary, document: binary, video: binary, audio: binary }
    expect(toSdkBody(body as unknown as ConverseBody)).toEqual({
      messages: [
        {
          role: 'user',
          content: [
            binaries,
            { guardContent: { image: binary } },
            { toolResult: { toolUseId: 't', content: [binaries, { text: base64 }] } },
            { reasoningContent: { redactedContent: Buffer.from(bytes) } },
          ],
        },
      ],
      system: [{ guardContent: { image: binary } }],
    })
  })

  it('leaves all else alone: arguments and schemas may have members of the same names', () => {
    const input = { source: { bytes: base64 }, redactedContent: base64, image: { source: { bytes: base64 } } }
    const body = {
      messages: [{ role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'f', input } }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { properties: input } } } }] },
      additionalModelRequestFields: { messages: [{ content: [{ image: source }] }] },
      future: { image: source },
    }
    expect(toSdkBody(body as unknown as ConverseBody)).toEqual(body)
  })

  it('does not change the body it was made of', () => {
    const body: ConverseBody = { messages: [{ role: 'user', content: [{ image: { format: 'png', ...source } }] }] }
    const before = structuredClone(body)
    toSdkBody(body)
    expect(body).toEqual(before)
  })
})

describe('what the SDK parsed', () => {
  class NumericValue {
    readonly string = '1.00000000000000000001'
    readonly type = 'bigDecimal'
  }

  it.each<[string, unknown, unknown]>([
    [
      'bytes are base64 text',
      { reasoningContent: { redactedContent: bytes } },
      { reasoningContent: { redactedContent: base64 } },
    ],
    ['a part of a buffer is that part alone', [Buffer.from([9, ...bytes, 9]).subarray(1, 5)], [base64]],
    [
      'arguments that look like such a decimal stay',
      { type: 'bigDecimal', string: '1' },
      { type: 'bigDecimal', string: '1' },
    ],
    [
      'a member that the SDK does not know has its name',
      { $unknown: ['hologram', { a: bytes }] },
      { hologram: { a: base64 } },
    ],
    ['an argument of that name stays', { $unknown: ['a', 'b'], c: 1 }, { $unknown: ['a', 'b'], c: 1 }],
    [
      'all else is itself',
      { a: [null, true, '', -0, { b: undefined }] },
      { a: [null, true, '', -0, { b: undefined }] },
    ],
  ])('as the wire had it: %s', (_what, value, wire) => {
    expect(toWire(value)).toEqual(wire)
  })

  it('keeps the digits of an integer that no double holds', () => {
    expect(JSON.stringify(toWire({ a: [12345678901234567890n] }))).toBe('{"a":[12345678901234567890]}')
  })

  it('keeps the digits of a decimal that no double holds', () => {
    expect(JSON.stringify(toWire({ a: new NumericValue() }))).toBe('{"a":1.00000000000000000001}')
  })

  it('keeps a member that would be a prototype a mere member', () => {
    const wire = toWire(JSON.parse('{"__proto__":{"polluted":true}}'))
    expect(JSON.stringify(wire)).toBe('{"__proto__":{"polluted":true}}')
    expect(wire).not.toHaveProperty('polluted')
  })
})
