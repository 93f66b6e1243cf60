import { expect, it } from 'vitest'
import { unavailableStatus } from '../../src/upstream/unavailable-status.ts'

it.each([
  [408, 504],
  [504, 504],
  [503, 503],
  [409, 503],
  [425, 503],
  [429, 503],
  [424, 502],
  [500, 502],
  [502, 502],
  [520, 502],
  [529, 502],
])('an upstream that answered %i and is unavailable is told by %i', (upstreamStatus, status) => {
  expect(unavailableStatus(upstreamStatus)).toBe(status)
})
