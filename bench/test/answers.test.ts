import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { embeddings, type Lane, streams } from '../src/upstream/answers.ts'
import { modelOf, requestOf, upstreamPath } from '../src/upstream/requests.ts'

describe('what the upstreams of the bench say', () => {
  it('is stamped without its length changing', () => {
    for (const answer of Object.values(streams)) {
      const copy = answer.stamped(123_456_789n)
      expect(copy).toHaveLength(answer.frame.length)
      expect(copy.toString('latin1')).toContain('@0000000123456789@')
      expect(answer.frame.toString('latin1')).toContain('@0000000000000000@')
    }
  })

  it("has right checksums in Bedrock's frames, stamped or not", () => {
    const { bedrock } = streams
    for (const bytes of [...bedrock.head, bedrock.frame, ...bedrock.tail, bedrock.stamped(5n)]) {
      expect(bytes.readUInt32BE(0)).toBe(bytes.length)
      expect(bytes.readUInt32BE(8)).toBe(crc32(bytes.subarray(0, 8)))
      expect(bytes.readUInt32BE(bytes.length - 4)).toBe(crc32(bytes.subarray(0, -4)))
    }
  })
})

describe('what is asked', () => {
  it.each<[Lane, 1 | 100]>([
    ['openai', 1],
    ['bedrock', 100],
  ])('of %s is a chat of about %i KB for its target', (lane, kilobytes) => {
    const body = requestOf({ lane, kilobytes, mode: 'burst' })
    expect(JSON.parse(body)).toMatchObject({ model: `${lane}/${modelOf(lane, 'burst')}`, stream: true })
    expect(body.length).toBeGreaterThanOrEqual(kilobytes * 1_000)
    expect(body.length).toBeLessThan(kilobytes * 1_000 + 300)
  })

  it('is as many texts as it is answered with vectors', () => {
    const { input } = JSON.parse(requestOf({ lane: 'openai', kilobytes: 10, mode: 'embeddings' })) as {
      input: string[]
    }
    expect(input).toHaveLength(96)
    expect((JSON.parse(embeddings('openai')) as { data: unknown[] }).data).toHaveLength(96)
    expect((JSON.parse(embeddings('bedrock')) as { embeddings: { float: unknown[] } }).embeddings.float).toHaveLength(
      96,
    )
  })

  it('is of a model as the one who is asked calls it', () => {
    const request = { lane: 'bedrock', kilobytes: 1, mode: 'whole' } as const
    expect(JSON.parse(requestOf(request, 'haiku'))).toMatchObject({ model: 'haiku' })
  })

  it('goes where its pace is', () => {
    expect(upstreamPath('openai', 'whole')).toBe('/v1/chat/completions')
    expect(upstreamPath('openai', 'paced')).toBe('/pace/10/v1/chat/completions')
    expect(upstreamPath('bedrock', 'burst')).toMatch(/^\/pace\/0\/model\/[^/]+\/converse-stream$/)
    expect(upstreamPath('bedrock', 'embeddings')).toMatch(/^\/model\/cohere[^/]+\/invoke$/)
  })
})
