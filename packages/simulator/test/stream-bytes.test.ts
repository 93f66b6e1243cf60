import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOf } from '../src/http/pieces.ts'
import { type Chunking, startSimulator } from '../src/index.ts'
import { createRandom } from '../src/random.ts'
import { SONNET_45, userText, weatherTool } from './clients.ts'
import { framesOf } from './event-stream.ts'
import { signedFetch } from './signed-fetch.ts'

const codec = new EventStreamCodec(toUtf8, fromUtf8)
const path = `/model/${encodeURIComponent(SONNET_45)}/converse-stream`

async function reads(chunking: Chunking, body: object): Promise<Buffer[]> {
  await using simulator = await startSimulator({ chunking, seed: 3 })
  const answer = await signedFetch(simulator, path, body)
  const chunks: Buffer[] = []
  for await (const chunk of answer.body ?? []) chunks.push(Buffer.from(chunk as Uint8Array))
  return chunks
}

const decoded = (bytes: Buffer) =>
  framesOf(bytes).map(frame => {
    const { headers, body } = codec.decode(frame)
    return {
      type: headers[':event-type']?.value,
      headers,
      json: toUtf8(body),
      payload: JSON.parse(toUtf8(body)) as { p: string },
    }
  })

describe('event stream bytes', () => {
  const counting = { messages: [userText('Count to 12')] }

  it('are frames with a good CRC, sorted members and a filler of changing length', async () => {
    const frames = decoded(Buffer.concat(await reads('random', counting)))
    expect(frames.map(frame => frame.type)).toEqual([
      'messageStart',
      ...Array.from({ length: 12 }, () => 'contentBlockDelta'),
      'contentBlockStop',
      'messageStop',
      'metadata',
    ])
    for (const { headers, json, payload } of frames) {
      expect(headers[':message-type']?.value).toBe('event')
      expect(headers[':content-type']?.value).toBe('application/json')
      expect(Object.keys(payload)).toEqual(Object.keys(payload).toSorted())
      expect(payload.p).toMatch(/^abc|^ab?$/)
      expect(json).toBe(JSON.stringify(payload))
    }
    expect(new Set(frames.map(frame => frame.payload.p.length)).size).toBeGreaterThan(4)
  })

  it('are cut inside frames at random, and the same bytes however they are cut', async () => {
    const [random, whole] = await Promise.all([reads('random', counting), reads('whole', counting)])
    const starts = new Set(framesOf(Buffer.concat(random)).map(frame => frame.byteOffset))
    expect(starts.size).toBe(16)
    const bounds = random.map((_chunk, index) => random.slice(0, index).reduce((sum, chunk) => sum + chunk.length, 0))
    let at = 0
    const frameBounds = framesOf(Buffer.concat(random)).map(frame => {
      at += frame.length
      return at
    })
    expect(bounds.filter(bound => bound > 0 && !frameBounds.includes(bound)).length).toBeGreaterThan(3)
    const plain = (chunks: Buffer[]) =>
      decoded(Buffer.concat(chunks)).map(({ type, payload: { p: _p, ...rest } }) => [type, rest])
    expect(plain(random)).toEqual(plain(whole))
    expect(plain(await reads('bytes', counting))).toEqual(plain(whole))
  })

  it('announce tool blocks only, and stream nothing but an empty slice for a call without arguments', async () => {
    const clock = { toolSpec: { name: 'get_time', inputSchema: { json: { type: 'object', properties: {} } } } }
    const body = { messages: [userText('What time is it? Use get_time')], toolConfig: { tools: [weatherTool, clock] } }
    const frames = decoded(Buffer.concat(await reads('random', body)))
    expect(frames.map(({ payload: { p: _p, ...rest } }) => rest).slice(1, -1)).toEqual([
      {
        contentBlockIndex: 0,
        start: { toolUse: { name: 'get_time', toolUseId: expect.stringMatching(/^tooluse_\w{22}$/) } },
      },
      { contentBlockIndex: 0, delta: { toolUse: { input: '' } } },
      { contentBlockIndex: 0 },
      { stopReason: 'tool_use' },
    ])
  })

  it('carry reasoning before text, its signature last', async () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 }
    const body = { messages: [userText('Say exactly: hi')], additionalModelRequestFields: { thinking } }
    const frames = decoded(Buffer.concat(await reads('whole', body)))
    const deltas = frames.filter(frame => frame.type === 'contentBlockDelta').map(frame => frame.payload)
    expect(deltas.at(-2)).toMatchObject({
      contentBlockIndex: 0,
      delta: { reasoningContent: { signature: expect.any(String) } },
    })
    expect(deltas.at(-1)).toMatchObject({ contentBlockIndex: 1, delta: { text: 'hi' } })
  })
})

describe('cutting', () => {
  it('loses, adds and reorders nothing', () => {
    const chunking = fc.constantFrom<Chunking>('random', 'whole', 'bytes', 'inside-characters')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), chunking, fc.integer(), (bytes, how, seed) => {
        const pieces = piecesOf(bytes, how, createRandom(seed))
        expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes))
        if (bytes.length > 0) expect(pieces.every(piece => piece.length > 0)).toBe(true)
        if (how === 'bytes') expect(pieces.length).toBe(Math.max(bytes.length, 1))
      }),
    )
  })

  it('inside characters leaves everything else whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2 }), text => {
        const pieces = piecesOf(Buffer.from(text), 'inside-characters', createRandom(1))
        expect(pieces.length).toBe(1 + Array.from(text).filter(character => character > '\u007f').length)
      }),
    )
  })
})

describe('the pace', () => {
  it('pauses after each frame', async () => {
    await using simulator = await startSimulator({ frameDelayMs: 15 })
    const start = performance.now()
    await (await signedFetch(simulator, path, { messages: [userText('Count to 10')] })).arrayBuffer()
    expect(performance.now() - start).toBeGreaterThan(13 * 13)
  })
})
