import { describe, expect, it, vi } from 'vitest'
import { CallController, listenToAbort, unlistenToAbort } from '../src/call-controller.ts'

describe.each([
  ['a call’s own signal', () => new CallController()],
  ['a signal of somebody else’s', () => new AbortController()],
])('a listener to %s', (_name, make) => {
  it('is told once, when the reason is known', () => {
    const controller = make()
    const told = vi.fn(() => controller.signal.reason as unknown)
    listenToAbort(controller.signal, { handleEvent: told })
    controller.abort('bored')
    controller.abort('twice')
    expect(told.mock.results).toEqual([{ type: 'return', value: 'bored' }])
  })

  it('is told nothing once it has been taken back, however often', () => {
    const controller = make()
    const [gone, stays] = [{ handleEvent: vi.fn() }, { handleEvent: vi.fn() }]
    listenToAbort(controller.signal, gone)
    listenToAbort(controller.signal, stays)
    unlistenToAbort(controller.signal, gone)
    unlistenToAbort(controller.signal, gone)
    controller.abort()
    expect(gone.handleEvent).not.toHaveBeenCalled()
    expect(stays.handleEvent).toHaveBeenCalledOnce()
  })

  it('may take itself back while it is told', () => {
    const controller = make()
    const other = { handleEvent: vi.fn() }
    const self = { handleEvent: () => unlistenToAbort(controller.signal, self) }
    listenToAbort(controller.signal, self)
    listenToAbort(controller.signal, other)
    controller.abort()
    expect(other.handleEvent).toHaveBeenCalledOnce()
  })
})

it('a call’s own signal tells of its abort as any signal does', () => {
  const controller = new CallController()
  const told = vi.fn()
  controller.signal.addEventListener('abort', told)
  AbortSignal.any([controller.signal]).addEventListener('abort', told)
  controller.abort()
  expect(told).toHaveBeenCalledTimes(2)
})
