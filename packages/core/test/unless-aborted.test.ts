import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { CallController } from '../src/call-controller.ts'
import { GatewayError } from '../src/errors.ts'
import { unlessAborted } from '../src/unless-aborted.ts'
import { rejection } from './support/calls.ts'

const gone = new GatewayError('cancelled', 'Gone.')
const makers: readonly (readonly [string, () => AbortController])[] = [
  ["a call's controller", () => new CallController()],
  ['a controller of anybody', () => new AbortController()],
]

describe.each(makers)('what is waited for under %s', (_name, make) => {
  it('comes, or fails, as it would without, and leaves no listener', async () => {
    const { signal } = make()
    await expect(unlessAborted(Promise.resolve(5), signal)).resolves.toBe(5)
    const fault = new Error('down')
    expect(await rejection(unlessAborted(Promise.reject(fault), signal))).toBe(fault)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('is left at once by who leaves, though it never comes', async () => {
    const controller = make()
    const waiting = unlessAborted(new Promise(() => {}), controller.signal)
    controller.abort(gone)
    expect(await rejection(waiting)).toBe(gone)
  })

  it('is not waited for by who has left, and may fail unheard', async () => {
    const controller = make()
    controller.abort(gone)
    expect(await rejection(unlessAborted(Promise.reject(new Error('late')), controller.signal))).toBe(gone)
  })
})
