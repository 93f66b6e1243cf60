import { expect, it } from 'vitest'
import { timestamps } from '../../src/telemetry/timestamps.ts'

it('gives the time in ISO 8601, each millisecond its own', () => {
  let nowMs = Date.parse('2025-01-02T03:04:05.678Z')
  const timestamp = timestamps(() => nowMs)
  expect([timestamp(), timestamp()]).toEqual(['2025-01-02T03:04:05.678Z', '2025-01-02T03:04:05.678Z'])
  nowMs += 1
  expect(timestamp()).toBe('2025-01-02T03:04:05.679Z')
  nowMs -= 1_000
  expect(timestamp()).toBe('2025-01-02T03:04:04.679Z')
})
