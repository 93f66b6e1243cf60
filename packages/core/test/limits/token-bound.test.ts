import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EmbeddingsRequest } from '../../src/index.ts'
import { tokenBound } from '../../src/limits/token-bound.ts'
import { testCall } from '../../src/testing/index.ts'
import { parseBody } from '../../src/wire/source-body.ts'
import { chatCall } from '../support/calls.ts'

const user = (content: unknown) => [{ role: 'user', content }] as never
const boundOf = (content: unknown) => tokenBound(chatCall({ messages: user(content) }), 0)
const empty = boundOf('')
const image = (detail?: string) => ({
  type: 'image_url',
  image_url: { url: 'https://x/y.png', ...(detail && { detail }) },
})
const file = (bytes: number) => ({ type: 'file', file: { file_data: 'A'.repeat((bytes * 4) / 3), filename: 'a.pdf' } })

function bytesOf(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

describe('tokenBound of a chat', () => {
  it('is the bytes of the body it came as, plus the cap', () => {
    const request = { model: 'fast', messages: user('héllo') }
    const source = parseBody(bytesOf(request))
    expect(tokenBound(chatCall(request, { source }), 100)).toBe(source.bytes.length + 100)
  })

  it.each([
    ['a text', 'a'.repeat(1_000), 1_000],
    ['a text of two bytes a letter', 'é'.repeat(1_000), 2_000],
    ['emoji', '👩‍👩‍👧'.repeat(10), 180],
  ])('counts %s by its bytes', (_, content, bytes) => {
    expect(boundOf(content)).toBe(empty + bytes)
  })

  it('counts the cap once for each answer, and the prompt: an upstream that gives one answer is asked that many times', () => {
    const text = 'x'.repeat(1_000)
    const boundOfThree = (content: string) => tokenBound(chatCall({ n: 3, messages: [{ role: 'user', content }] }), 100)
    expect(boundOfThree(text) - boundOfThree('')).toBe(3_000)
    expect(tokenBound(chatCall({ n: 3 }), 100) - tokenBound(chatCall({ n: 3 }), 0)).toBe(300)
    expect(tokenBound(chatCall({ n: null }), 100) - tokenBound(chatCall({ n: null }), 0)).toBe(100)
  })

  it.each<[string, object, number]>([
    ['tools', { tools: [{ type: 'function', function: { name: 'f', description: 'd'.repeat(500) } }] }, 500],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { title: 't'.repeat(500) } } } },
      500,
    ],
    ['an unknown member', { documents: ['x'.repeat(500)] }, 500],
    [
      'a name of a member',
      { tools: [{ type: 'function', function: { name: 'f', parameters: { ['k'.repeat(500)]: {} } } }] },
      500,
    ],
    [
      'a text that says that it is a picture',
      { tools: [{ type: 'image_url', image_url: { url: 'u'.repeat(500) } }] },
      500,
    ],
  ])('counts %s', (_, members, least) => {
    expect(tokenBound(chatCall(members), 0)).toBeGreaterThanOrEqual(tokenBound(chatCall(), 0) + least)
  })

  it.each<[string, object, number]>([
    ['an image', image(), 48_169],
    ['an image at low detail', image('low'), 5_000],
    ['a second of sound', { type: 'input_audio', input_audio: { data: 'A'.repeat(1_333), format: 'mp3' } }, 20],
    ['a small file', file(3_000), 4_600 + 5],
    ['a file of ten pages', file(163_839), 46_000 + 5],
    ['a file of any size', file(9_000_000), 460_000 + 5],
    ['a file that stands at an address', { type: 'file', file: { file_data: 's3://bucket/a.pdf' } }, 460_000],
    ['a file of text', { type: 'file', file: { file_data: `data:text/plain;base64,${'A'.repeat(40_000)}` } }, 30_000],
    ['a file with a long name', { type: 'file', file: { file_id: 'file-1', filename: '表.pdf' } }, 460_000 + 7],
    ['an uploaded file', { type: 'file', file: { file_id: 'file-1' } }, 460_000],
  ])('counts %s as the most that it is counted as, however long it is', (_, part, tokens) => {
    const text = { type: 'text', text: '' }
    expect(boundOf([text, part]) - boundOf([text])).toBe(tokens)
    const request = { model: 'fast', messages: user([text, part]) }
    const source = parseBody(bytesOf(request))
    expect(tokenBound(chatCall(request, { source }), 0)).toBe(tokenBound(chatCall(request), 0))
  })

  it.each([
    { tools: [{ type: 'function', function: { name: 'f' } }] },
    { functions: [{ name: 'f' }] },
    { response_format: { type: 'json_object' } },
  ])('counts the instructions that upstreams add for %j', members => {
    const request = { model: 'fast', messages: user('x'), ...members } as never
    const source = parseBody(bytesOf(request))
    expect(tokenBound(chatCall(request, { source }), 0)).toBeGreaterThan(1_000)
    expect(tokenBound(chatCall(request), 0)).toBeGreaterThan(1_000)
  })

  it('counts an earlier answer in sound, which is named and not sent', () => {
    const messages = [
      { role: 'assistant', audio: { id: 'a' } },
      { role: 'user', content: 'x' },
    ] as never
    const source = parseBody(bytesOf({ model: 'fast', messages }))
    expect(tokenBound(chatCall({ messages }, { source }), 0)).toBeGreaterThan(2_400)
  })

  it('is never less than the bytes of the text, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.boolean(), (texts, withSource) => {
        const messages = texts.flatMap(user) as never
        const source = withSource ? parseBody(bytesOf({ model: 'fast', messages })) : undefined
        const bytes = texts.reduce((total, text) => total + Buffer.byteLength(text), 0)
        expect(tokenBound(chatCall({ messages }, { source }), 0)).toBeGreaterThan(bytes)
      }),
    )
  })
})

describe('tokenBound of embeddings', () => {
  it.each<[EmbeddingsRequest['input'], number]>([
    ['héllo', 10],
    [['ab', 'cde'], 13],
    [[1, 2, 3], 3],
    [[[1, 2], [3]], 11],
  ])('of %j is %d', (input, tokens) => {
    const rest = tokenBound(testCall('embeddings', { model: 'e', input: [] }), 1_000)
    expect(tokenBound(testCall('embeddings', { model: 'e', input }), 1_000) - rest).toBe(tokens)
  })

  it.each([2, 100_000])('counts an image like that of a chat, and not its %d bytes as text', bytes => {
    const image = `data:image/png;base64,${'A'.repeat(bytes)}`
    const of = (input: EmbeddingsRequest['input']) => tokenBound(testCall('embeddings', { model: 'e', input }), 0)
    expect(of(['x', image]) - of(['x'])).toBe(48_169)
    expect(of(image)).toBeLessThan(48_169 + 100)
  })

  it('counts an unknown member', () => {
    const of = (members: object) => tokenBound(testCall('embeddings', { model: 'e', input: 'x', ...members }), 0)
    expect(of({ title: 't'.repeat(500) })).toBeGreaterThanOrEqual(of({}) + 500)
  })
})
