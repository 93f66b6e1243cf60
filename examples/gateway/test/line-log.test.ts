import type { LostRecords } from '@modelgate/core'
import { testRecord } from '@modelgate/core/testing'
import { describe, expect, it } from 'vitest'
import { createLineLog } from '../src/request-log/line-log.ts'

const line = (requestId: string): string => `${JSON.stringify(testRecord(requestId))}\n`

describe('the line log', () => {
  it('appends in order, and what gathers during an append in one piece', async () => {
    const appended: string[] = []
    const gate = Promise.withResolvers<void>()
    const log = createLineLog({
      append: async lines => {
        appended.push(lines)
        await gate.promise
      },
      onLost: () => expect.unreachable(),
    })
    for (const requestId of ['a', 'b', 'c']) log.write(testRecord(requestId))
    expect(appended).toEqual([line('a')])
    gate.resolve()
    await log.flush()
    expect(appended).toEqual([line('a'), line('b') + line('c')])
  })

  it('tries no append twice, whose lines may stand there by half, and goes on with the next', async () => {
    const told: LostRecords[] = []
    const appended: string[] = []
    let isFull = true
    const log = createLineLog({
      append: lines => {
        if (isFull) return Promise.reject(new Error('ENOSPC: no space left on device'))
        appended.push(lines)
        return Promise.resolve()
      },
      onLost: lost => told.push(lost),
    })
    log.write(testRecord('a'))
    await log.flush()
    isFull = false
    log.write(testRecord('b'))
    await log.flush()
    expect(appended).toEqual([line('b')])
    expect(told).toEqual([{ records: 1, cause: new Error('ENOSPC: no space left on device') }])
  })
})
