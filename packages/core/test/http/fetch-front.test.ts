import { describe, expect, it, vi } from 'vitest'
import { createGateway } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../support/calls.ts'

const url = 'http://gateway.test/v1/chat/completions'
const init = (more: object = {}) => ({
  method: 'POST',
  body: JSON.stringify({ ...chatRequest({ model: 'us/nova' }), ...more }),
})
const gatewayOf = (options: Partial<Parameters<typeof createGateway>[0]> = {}) =>
  createGateway({ providers: [scriptedProvider('us', ['hello'])], auth: () => ({ tenant: 'test' }), ...options })

describe('gateway.fetch', () => {
  it.each<[string, Parameters<ReturnType<typeof gatewayOf>['fetch']>]>([
    ['text', [url, init()]],
    ['a URL', [new URL(url), init()]],
    ['a Request', [new Request(url, init())]],
    ['a Request and more', [new Request(url), init()]],
  ])('takes %s, as fetch does', async (_, input) => {
    const answer = await gatewayOf().fetch(...input)
    expect(answer).toBeInstanceOf(Response)
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'hello' } }] })
  })

  it('does not need its gateway as `this`', async () => {
    const { fetch } = gatewayOf()
    expect((await fetch(url, init())).status).toBe(200)
  })

  it("believes the host's principal", async () => {
    const provider = scriptedProvider('us', ['hello'])
    const gateway = gatewayOf({ providers: [provider], auth: undefined })
    expect((await gateway.fetch(url, init())).status).toBe(401)
    expect((await gateway.fetch(url, { ...init(), principal: { tenant: 'acme' } })).status).toBe(200)
    expect(provider.calls[0]?.context.principal).toEqual({ tenant: 'acme' })
  })

  it('tells waitUntil what must still happen, the flushing of the log included', async () => {
    const gate = Promise.withResolvers<void>()
    const flush = vi.fn(() => gate.promise)
    const work: Promise<unknown>[] = []
    const gateway = gatewayOf({ requestLog: { write: () => {}, flush } })
    await (await gateway.fetch(url, { ...init(), waitUntil: promise => work.push(promise) })).text()
    expect(work).toHaveLength(1)
    const over = vi.fn()
    void work[0]!.then(over)
    await turns()
    expect(flush).toHaveBeenCalledOnce()
    expect(over).not.toHaveBeenCalled()
    gate.resolve()
    await work[0]
  })

  it('rejects with the reason when its signal aborts, as fetch does, before the answer and within it', async () => {
    const never = new Promise<never>(() => {})
    const gateway = gatewayOf({ providers: [scriptedProvider('us', [never], ['a', never])] })
    const reason = new Error('bored')
    expect(await rejection(gateway.fetch(url, { ...init(), signal: AbortSignal.abort(reason) }))).toBe(reason)
    const client = new AbortController()
    const answer = gateway.fetch(url, { ...init({ stream: true }), signal: client.signal })
    const other = await gateway.fetch(url, { ...init({ stream: true }), signal: client.signal })
    const reading = rejection(other.text())
    client.abort(reason)
    expect(await rejection(answer)).toBe(reason)
    expect(await reading).toBe(reason)
  })

  it('rejects, and does not throw, when what it is given is no request', async () => {
    const { fetch } = gatewayOf()
    expect(await rejection(fetch('/v1/models'))).toBeInstanceOf(TypeError)
  })

  it('says so when the host has read the body', async () => {
    const request = new Request(url, init())
    await request.text()
    const answer = await gatewayOf().fetch(request)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('The request body was read before it reached the gateway')
  })

  it('says so when the host reads the body itself just now: no client has left', async () => {
    const request = new Request(url, init())
    request.body?.getReader()
    const answer = await gatewayOf().fetch(request)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('The request body was read before it reached the gateway')
  })

  it.each<[string, unknown]>([
    ['text', JSON.stringify(chatRequest())],
    ['buffers that are no bytes', new TextEncoder().encode(JSON.stringify(chatRequest())).buffer],
  ])('refuses a body of a host’s own making that is a stream of %s, as fetch does', async (_name, piece) => {
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(piece)
        stream.close()
      },
    })
    const answer = await gatewayOf().fetch(url, { ...init(), body, duplex: 'half' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('The request body is a stream of something else than Uint8Arrays')
  })

  it('takes a body that breaks off for a client who left: no call is made, nobody is alarmed', async () => {
    const provider = scriptedProvider('us', ['hello'])
    const onError = vi.fn()
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error('socket hang up'))
      },
    })
    const answer = await gatewayOf({ providers: [provider], onError }).fetch(
      new Request(url, { method: 'POST', body, duplex: 'half' } as RequestInit),
    )
    expect(answer.status).toBe(499)
    expect(provider.calls).toHaveLength(0)
    expect(onError).not.toHaveBeenCalled()
  })

  it('stops reading a body at the limit', async () => {
    let pulls = 0
    const body = new ReadableStream({
      pull(controller) {
        pulls += 1
        controller.enqueue(new Uint8Array(1000))
      },
    })
    const answer = await gatewayOf({ maxBodyBytes: 5000 }).fetch(
      new Request(url, { method: 'POST', body, duplex: 'half' } as RequestInit),
    )
    expect(answer.status).toBe(413)
    expect(pulls).toBeLessThan(10)
  })

  it('reads no body of a caller it does not know', async () => {
    const pull = vi.fn()
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const answer = await gatewayOf({ auth: () => undefined }).fetch(
      new Request(url, { method: 'POST', body, duplex: 'half' } as RequestInit),
    )
    expect(answer.status).toBe(401)
    expect(pull).not.toHaveBeenCalled()
  })

  it('answers although onError itself throws', async () => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
    const gateway = gatewayOf({
      providers: [scriptedProvider('us', [new TypeError('bug')])],
      onError: () => {
        throw new Error('logger is down')
      },
    })
    expect((await gateway.fetch(url, init())).status).toBe(500)
    expect(consoleError.mock.calls[0]?.[2]).toContain('logger is down')
    consoleError.mockRestore()
  })
})
