import { expect, it } from 'vitest'
import { memoryRequestLog } from '../../src/index.ts'
import { testRecord } from '../../src/testing/index.ts'

it('keeps the last records, finds them newest first, and never more than a hundred', async () => {
  const log = memoryRequestLog({ maxRecords: 3 })
  const write = (requestId: string, latency: number): void => log.write(testRecord(requestId, { latency }))
  write('a', 1)
  expect((await log.find('a')).map(({ latency }) => latency)).toEqual([1])
  for (const [id, latency] of [
    ['b', 2],
    ['a', 3],
    ['a', 4],
  ] as const)
    write(id, latency)
  expect((await log.find('a')).map(({ latency }) => latency)).toEqual([4, 3])
  expect(await log.find('c')).toEqual([])
  const many = memoryRequestLog()
  for (let at = 0; at < 150; at += 1) many.write(testRecord('a'))
  expect(await many.find('a')).toHaveLength(100)
})

it.each([
  [0, 'at least 1, got 0.'],
  [1.5, 'a whole number, got 1.5.'],
  [Number.NaN, 'a number, got NaN.'],
  [1e9, 'at most 1000000, got 1000000000.'],
])('refuses room for %d', (maxRecords, words) => {
  expect(() => memoryRequestLog({ maxRecords })).toThrow(`memoryRequestLog(): \`maxRecords\` must be ${words}`)
})
