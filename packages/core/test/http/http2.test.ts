import { once } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createGateway } from '../../src/index.ts'
import { toNodeHandler } from '../../src/node.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, turns } from '../support/calls.ts'

const model = 'us/nova'

async function served(
  steps: readonly string[] = ['héllo ☃'],
  host: (request: http2.Http2ServerRequest) => Promise<void> | undefined = () => undefined,
) {
  const provider = scriptedProvider('us', steps)
  const { door } = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), maxBodyBytes: 1_000_000 })
  const handled: Promise<void>[] = []
  const handler = toNodeHandler({
    door: {
      serves: path => door.serves(path),
      handle(request, sink) {
        const promise = door.handle(request, sink)
        handled.push(promise)
        return promise
      },
    },
  })
  const reading = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number>()
  const server = http2.createServer(async (request, response) => {
    await host(request)
    // Node's own types know no HTTP/2 where a handler takes both.
    Reflect.apply(handler, undefined, [request, response])
    request.once('resume', () => reading.resolve())
  })
  server.once('stream', stream => stream.once('close', () => closed.resolve(stream.rstCode)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const session = http2.connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  const stream = session.request({ ':method': 'POST', ':path': '/v1/chat/completions' })
  return { provider, handled, stream, reading: reading.promise, closed: closed.promise }
}

// The first of them: Node warns once a process.
it('a refusal over HTTP/2 has no header of HTTP/1’s connections, of which Node would warn', async () => {
  const warned = vi.spyOn(process, 'emitWarning')
  onTestFinished(() => warned.mockRestore())
  const { stream } = await served()
  stream.end('x'.repeat(2_000_000))
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  expect(head).toMatchObject({ ':status': 413, 'content-type': 'application/json' })
  expect(warned.mock.calls.flat()).not.toContain('UnsupportedWarning')
})

it('a request over HTTP/2 is answered in its own characters', async () => {
  const { stream } = await served()
  stream.end(JSON.stringify(chatRequest({ model })))
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  expect(head[':status']).toBe(200)
  expect(JSON.parse(Buffer.concat(parts).toString())).toMatchObject({ choices: [{ message: { content: 'héllo ☃' } }] })
})

it('a request over HTTP/2 whose host has read its body, and found it empty, is said to be empty', async () => {
  const { stream } = await served([], async request => {
    for await (const _part of request);
  })
  stream.end()
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  expect(head[':status']).toBe(400)
})

it('a request over HTTP/2 that its client took back before its end makes no call, however whole it looks', async () => {
  const { stream, provider, handled, reading } = await served()
  stream.write(JSON.stringify(chatRequest({ model })))
  await reading
  stream.close(http2.constants.NGHTTP2_CANCEL)
  await once(stream, 'close')
  while (handled.length === 0) await new Promise(setImmediate)
  await handled[0]
  expect(provider.calls).toHaveLength(0)
})

it('a request over HTTP/2 whose body goes on after its answer is ended: its client is told to stop', async () => {
  const { stream, closed } = await served()
  const block = Buffer.alloc(64 * 1024, 'x')
  const pour = (): void => {
    while (stream.writable && stream.write(block));
  }
  stream.on('drain', pour).on('error', () => {})
  pour()
  let told = ''
  stream.setEncoding('utf8').on('data', (part: string) => {
    told += part
  })
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  expect(head[':status']).toBe(413)
  expect(await closed).toBe(http2.constants.NGHTTP2_NO_ERROR)
  while (!told.endsWith('}')) await turns(1)
  expect(JSON.parse(told)).toMatchObject({ error: { code: 'request_too_large' } })
})

it('a reader over HTTP/2 that takes nothing is cut after 60 s, alone of those that share its connection', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { stream, provider } = await served(Array.from({ length: 1_000 }, () => 'word '.repeat(2_000)))
  stream.end(JSON.stringify(chatRequest({ model, stream: true })))
  await once(stream, 'response')
  const { session } = stream
  const failed = once(stream, 'error')
  await turns(300)
  vi.advanceTimersByTime(59_000)
  expect(provider.closed).toBe(0)
  vi.advanceTimersByTime(2_000)
  expect((await failed)[0]).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
  await turns()
  expect(provider.closed).toBe(1)
  expect(session?.closed).toBe(false)
})
