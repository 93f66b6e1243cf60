import { CallController, type Door, type DoorRequest, type FleetCounters } from '@modelgate/core'
import { expect, it, vi } from 'vitest'
import { lambdaDoor } from '../src/lambda/lambda-door.ts'

it('what all instances count is written in the time that the flush of a call has', async () => {
  const settled = Promise.withResolvers<void>()
  const door: Door = {
    serves: () => true,
    handle(request) {
      request.waitUntil?.(settled.promise)
      return Promise.resolve()
    },
  }
  const flush = vi.fn<FleetCounters['flush']>(() => Promise.resolve())
  const work: Promise<unknown>[] = []
  const request: DoorRequest = {
    method: 'GET',
    path: '/health',
    headers: {},
    address: undefined,
    controller: new CallController(),
    readBody: () => new Uint8Array(0),
    waitUntil: each => void work.push(each),
    flushMs: 50,
  }
  await lambdaDoor(door, { flush }).handle(request, {
    head: () => {},
    write: () => true,
    drained: () => Promise.resolve(),
    end: () => {},
  })
  expect(flush).not.toHaveBeenCalled()
  settled.resolve()
  await Promise.all(work)
  expect(flush.mock.calls).toEqual([[{ timeoutMs: 50 }]])
})
