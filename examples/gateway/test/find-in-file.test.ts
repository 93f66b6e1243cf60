import { appendFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findInFile } from '../src/request-log/find-in-file.ts'
import { temporaryFile } from './run-gateway.ts'

const line = (requestId: string, more: object = {}): string => `${JSON.stringify({ requestId, ...more })}\n`

it('finds the lines of a request, the newest first, wherever chunks of the file end', async () => {
  const pads = fc.array(fc.tuple(fc.constantFrom('a', 'b"', 'ä'), fc.integer({ min: 0, max: 700_000 })), {
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(pads, async lines => {
      const file = temporaryFile('calls.jsonl', '')
      writeFileSync(file, lines.map(([id, length], at) => line(id, { at, pad: 'ü'.repeat(length) })).join(''))
      for (const id of ['a', 'b"', 'ä']) {
        const expected = lines.flatMap(([of], at) => (of === id ? [at] : [])).reverse()
        const found = (await findInFile(file, id)) as readonly { at?: number }[]
        expect(found.map(({ at }) => at)).toEqual(expected)
      }
    }),
    { numRuns: 12 },
  )
})

it('leaves a line alone that is still being written, and ids inside of others', async () => {
  const file = temporaryFile('calls.jsonl', line('other', { note: '{"requestId":"a","x":1}', requestIdOf: 'a' }))
  appendFileSync(file, line('a', { at: 1 }))
  appendFileSync(file, '{"requestId":"a","at":2')
  expect(await findInFile(file, 'a')).toEqual([{ requestId: 'a', at: 1 }])
})

it('passes over a line that a full disk has cut', async () => {
  const file = temporaryFile(
    'calls.jsonl',
    `${line('a', { at: 1 })}{"requestId":"a","at":${line('b')}${line('a', { at: 3 })}`,
  )
  expect(await findInFile(file, 'a')).toMatchObject([{ at: 3 }, { at: 1 }])
})

it('finds nothing in a file that is empty or gone, and tells of one that cannot be read', async () => {
  expect(await findInFile(temporaryFile('empty', ''), 'a')).toEqual([])
  expect(await findInFile(temporaryFile('gone'), 'a')).toEqual([])
  await expect(findInFile('/', 'a')).rejects.toThrow()
})
