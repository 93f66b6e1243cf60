import type { RequestRecord } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { createLineLog } from '../src/request-log/line-log.ts'

const record: RequestRecord = {
  requestId: 'r',
  timestamp: '2026-01-01T00:00:00.000Z',
  userId: null,
  tenant: null,
  operation: 'chat',
  route: null,
  model: null,
  responseModel: null,
  provider: null,
  target: null,
  status: 'completed',
  errorCode: null,
  finishReason: null,
  stream: false,
  tokens: null,
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  usageSource: 'reported',
  cost: null,
  latency: 1,
  firstFrameMs: null,
  attempts: [],
}
const line = (requestId: string): string => `${JSON.stringify({ ...record, requestId })}\n`

describe('the line log', () => {
  it('appends in order, and what gathers during an append in one piece', async () => {
    const appended: string[] = []
    const gate = Promise.withResolvers<void>()
    const log = createLineLog({
      append: async lines => {
        appended.push(lines)
        await gate.promise
      },
      warn: () => expect.unreachable(),
    })
    for (const requestId of ['a', 'b', 'c']) log.write({ ...record, requestId })
    expect(appended).toEqual([line('a')])
    gate.resolve()
    await log.flush()
    expect(appended).toEqual([line('a'), line('b') + line('c')])
    log.write({ ...record, requestId: 'd' })
    await log.flush()
    expect(appended.at(-1)).toBe(line('d'))
  })

  it('counts what could not be written, says so once a minute and at the end, and goes on', async () => {
    const warnings: string[] = []
    let now = 0
    let broken = true
    const appended: string[] = []
    const log = createLineLog({
      append: lines => {
        if (broken) return Promise.reject(new Error('ENOSPC: no space left on device'))
        appended.push(lines)
        return Promise.resolve()
      },
      warn: sentence => warnings.push(sentence),
      now: () => now,
    })
    const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
    for (now of [0, 10_000, 20_000]) {
      log.write(record)
      await settle()
    }
    expect(warnings).toEqual(['The request log lost 1 record: ENOSPC: no space left on device'])
    now = 60_000
    log.write(record)
    await settle()
    expect(warnings.slice(1)).toEqual(['The request log lost 3 records: ENOSPC: no space left on device'])
    now = 61_000
    log.write(record)
    broken = false
    await settle()
    log.write(record)
    await log.flush()
    expect(appended).toHaveLength(1)
    expect(warnings.slice(2)).toEqual(['The request log lost 1 record: ENOSPC: no space left on device'])
  })

  it('holds no more than maxPending records while the disk hangs', () => {
    const warnings: string[] = []
    const log = createLineLog({ append: () => new Promise(() => {}), warn: text => warnings.push(text), maxPending: 2 })
    for (let written = 0; written < 4; written += 1) log.write(record)
    expect(warnings).toEqual(['The request log lost 1 record: 2 records were waiting to be written'])
  })
})
