import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Lane, streams } from '../src/upstream/answers.ts'
import { chatRequest, models, upstreamPath } from '../src/upstream/requests.ts'

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
  it.each<[Lane, number]>([
    ['openai', 1_000],
    ['bedrock', 100_000],
  ])('of %s is a chat of about %i bytes for its target', (lane, bytes) => {
    const body = chatRequest(lane, bytes, true)
    expect(JSON.parse(body)).toMatchObject({ model: `${lane}/${models[lane]}`, stream: true })
    expect(body.length).toBeGreaterThanOrEqual(bytes)
    expect(body.length).toBeLessThan(bytes + 300)
  })

  it('goes where its pace is', () => {
    expect(upstreamPath('openai', undefined)).toBe('/v1/chat/completions')
    expect(upstreamPath('openai', 10)).toBe('/pace/10/v1/chat/completions')
    expect(upstreamPath('bedrock', 0)).toMatch(/^\/pace\/0\/model\/[^/]+\/converse-stream$/)
  })
})
