import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import http from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { apiKeys, createGateway, type Door, type Gateway, memoryKeyStore } from '../../src/index.ts'
import { toNodeHandler } from '../../src/node.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, turns } from '../support/calls.ts'
import { closing, connect, type Server, serve, serveGateway, toldUntilClose } from '../support/fronts.ts'

const never = new Promise<never>(() => {})
const body = JSON.stringify(chatRequest())
const chat: RequestInit = { method: 'POST', headers: { 'x-api-key': 'good' }, body }

function gatewayOf(...steps: Parameters<typeof scriptedProvider>[1][]) {
  const provider = scriptedProvider('us', ...(steps.length > 0 ? steps : [['hello']]))
  const auth = apiKeys(memoryKeyStore([{ key: 'good' }]))
  return {
    provider,
    gateway: createGateway({ providers: [provider], routes: { fast: ['us/nova'] }, auth, onError: vi.fn() }),
  }
}

it.each([
  ['ASCII', 'All is well.'],
  ['Latin-1', 'Où est le colis?'],
  ['other text', 'Посылка ☃'],
  ['no end soon', 'x'.repeat(100_000)],
  ['no end soon, not all of it ASCII', 'é'.repeat(100_000)],
])('an answer of %s arrives whole, its length told in bytes', async (_name, text) => {
  const { url } = await serveGateway(gatewayOf([text]).gateway)
  const answer = await fetch(`${url}/v1/chat/completions`, chat)
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(answer.headers.get('content-length')).toBe(String(bytes.length))
  expect(JSON.parse(bytes.toString())).toMatchObject({ choices: [{ message: { content: text } }] })
})

describe('an answer that is not all ASCII goes as bytes', () => {
  const text = 'Où est le colis? ☃'

  it('to a response whose `end` a host has replaced: it may take text for UTF-8', async () => {
    const { gateway } = gatewayOf([text])
    const handler = toNodeHandler(gateway)
    const kept: Buffer[] = []
    const { url } = await serve((request, response) => {
      const end = response.end.bind(response)
      const replaced = (chunk: string): typeof response => {
        kept.push(Buffer.from(chunk))
        return end(chunk)
      }
      Object.assign(response, { end: replaced })
      handler(request, response)
    })
    const answer = await (await fetch(`${url}/v1/chat/completions`, chat)).text()
    expect(JSON.parse(answer)).toMatchObject({ choices: [{ message: { content: text } }] })
    expect(Buffer.concat(kept).toString()).toBe(answer)
  })

  it('where no socket is, but an adapter for Lambda, which takes text for UTF-8', async () => {
    const { gateway } = gatewayOf([text])
    const { body: told } = await adapted(toNodeHandler(gateway), body)
    expect(JSON.parse(told)).toMatchObject({ choices: [{ message: { content: text } }] })
  })
})

/** A request and a response as `serverless-http` makes them: with something that is no socket, and whatever is written read as UTF-8. */
async function adapted(handler: ReturnType<typeof toNodeHandler>, payload: string): Promise<{ readonly body: string }> {
  const request = new http.IncomingMessage(new Socket())
  Object.assign(request, { method: 'POST', url: '/v1/chat/completions', complete: true })
  Object.assign(request, { headers: { 'x-api-key': 'good', 'content-length': String(payload.length) } })
  const _read = (): void => {
    request.push(payload)
    request.push(null)
  }
  Object.assign(request, { _read })
  const written: Buffer[] = []
  const response = new http.ServerResponse(request)
  const socket = {
    on() {},
    removeListener() {},
    destroy() {},
    cork() {},
    uncork() {},
    _writableState: {},
    writable: true,
  }
  const write = (data: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    written.push(Buffer.from(data as string))
    for (const called of [encoding, done]) if (typeof called === 'function') called()
    return true
  }
  response.assignSocket({ ...socket, write } as never)
  handler(request, response)
  await once(response, 'finish')
  return { body: Buffer.concat(written).toString().split('\r\n\r\n', 2)[1]! }
}

it('is mounted for a gateway alone, which is found out at once', () => {
  for (const none of [undefined, {}, { door: {} }, createGateway]) {
    expect(() => Reflect.apply(toNodeHandler, undefined, [none])).toThrow('toNodeHandler() takes a gateway, such as')
  }
})

it.each([
  [{ basePath: 5 }, 'toNodeHandler(): `basePath` must be a string, got 5.'],
  [{ principal: { tenant: 'host' } }, 'toNodeHandler(): `principal` must be a function.'],
  [null, 'toNodeHandler() takes an object of options.'],
])('takes options of their kinds alone, which is found out before the first request: %j', (options, fault) => {
  expect(() => toNodeHandler(gatewayOf([]).gateway, options as never)).toThrow(fault)
})

/** The door, with the promise of every request it handles. */
function watched({ door }: Gateway): { readonly door: Door; readonly handled: Promise<void>[] } {
  const handled: Promise<void>[] = []
  return {
    handled,
    door: {
      serves: path => door.serves(path),
      handle(request, sink) {
        const promise = door.handle(request, sink)
        handled.push(promise)
        return promise
      },
    },
  }
}

const request = (headers: readonly string[], payload = body): string =>
  [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: x',
    ...headers,
    `Content-Length: ${payload.length}`,
    'Connection: close',
    '',
    payload,
  ].join('\r\n')

async function say(server: Server, ...headers: readonly string[]): Promise<string> {
  const socket = await connect(server)
  socket.write(request(headers))
  return toldUntilClose(socket)
}

it('takes a request line that names the host, as proxies send it', async () => {
  const { gateway } = gatewayOf()
  const server = await serveGateway(gateway)
  for (const target of ['http://x/v1/models', 'HTTPS://x:8443/v1/models?limit=1', 'http://x/v1/models/fast']) {
    const socket = await connect(server)
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nConnection: close\r\n\r\n`)
    expect(await toldUntilClose(socket)).toMatch(/^HTTP\/1\.1 200 /)
  }
  for (const target of ['http://x', 'http:///v1/models', 'ftp://x/v1/models', '*']) {
    const socket = await connect(server)
    socket.write(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const told = await toldUntilClose(socket)
    expect(told).toMatch(/^HTTP\/1\.1 40[45] /)
    expect(told).not.toContain('mounted under a base path')
  }
})

describe('a header that comes twice', () => {
  it.each([
    ['the same', ['Authorization: Bearer good', 'Authorization: Bearer good']],
    ['two different keys', ['Authorization: Bearer good', 'authorization: Bearer evil']],
    ['the good one last', ['AUTHORIZATION: Bearer evil', 'Authorization: Bearer good']],
  ])('as Authorization is refused, be it %s: Node would keep the first and say nothing', async (_, headers) => {
    const { gateway, provider } = gatewayOf()
    const told = await say(await serveGateway(gateway), ...headers)
    expect(told).toMatch(/^HTTP\/1\.1 401 /)
    expect(told).toContain('The header authorization came more than once; send it once.')
    expect(provider.calls).toHaveLength(0)
  })

  it('as X-API-Key is a key that nobody has', async () => {
    const { gateway } = gatewayOf()
    expect(await say(await serveGateway(gateway), 'X-API-Key: good', 'X-API-Key: good')).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('as Idempotency-Key is refused by name: Node would make a third of the two', async () => {
    const { gateway, provider } = gatewayOf()
    const server = await serveGateway(gateway)
    const told = await say(server, 'Authorization: Bearer good', 'Idempotency-Key: a', 'idempotency-key: a')
    expect(told).toMatch(/^HTTP\/1\.1 400 /)
    expect(told).toContain('The header Idempotency-Key came more than once; send it once.')
    expect(told).toContain('"param":"Idempotency-Key"')
    expect(provider.calls).toHaveLength(0)
  })

  it('once is fine', async () => {
    const { gateway } = gatewayOf()
    const once = ['Authorization: Bearer good', 'Idempotency-Key: a, b']
    expect(await say(await serveGateway(gateway), ...once)).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('an upload', () => {
  it.each([
    ['in one piece with its head', 'Content-Length: 2\r\n\r\n{}'],
    ['of nothing', 'Content-Length: 0\r\n\r\n'],
  ])('%s is there at once, before Node tells of its end, which comes all the same', async (_, rest) => {
    const wasAtOnce: boolean[] = []
    const door: Door = {
      serves: () => true,
      async handle(exchange, sink) {
        const read = exchange.readBody(100)
        wasAtOnce.push(read instanceof Uint8Array)
        sink.head(200, { 'content-type': 'text/plain' })
        await sink.end(await read)
      },
    }
    const server = await serveGateway({ door })
    const socket = await connect(server)
    const text = `POST / HTTP/1.1\r\nHost: x\r\n${rest}`
    for (const count of [1, 2]) {
      const told = once(socket, 'data')
      socket.write(text)
      await told
      await turns()
      expect(wasAtOnce).toEqual(Array.from({ length: count }, () => true))
      expect(server.exchanges.at(-1)?.request.readableEnded).toBe(true)
    }
  })

  it('of 100 MB without a key is answered 401 with almost nothing read of it, and the server goes on', async () => {
    const { gateway } = gatewayOf()
    const server = await serveGateway(gateway)
    const socket = await connect(server)
    const size = 100 * 1024 * 1024
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`)
    const block = Buffer.alloc(64 * 1024, 'x')
    const pour = (): void => {
      while (socket.writable && socket.write(block));
    }
    socket.on('drain', pour)
    const told = toldUntilClose(socket)
    pour()
    await told
    await turns()
    expect(server.exchanges[0]?.response.statusCode).toBe(401)
    expect(server.sockets[0]!.destroyed).toBe(true)
    expect(server.sockets[0]!.bytesRead).toBeLessThan(size / 100)
    expect((await fetch(`${server.url}/v1/chat/completions`, chat)).status).toBe(200)
  })

  it('whose client waits for the answer before it uploads gets it, and not a byte is read', async () => {
    const { gateway } = gatewayOf()
    const server = await serveGateway(gateway)
    const socket = await connect(server)
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n'
    socket.write(head)
    const told = await toldUntilClose(socket)
    expect(told).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
    expect(told).toMatch(/connection: close/i)
    expect(server.sockets[0]!.bytesRead).toBe(head.length)
  })

  it('that says it is beyond 20 MiB is refused at once where no limit is set', async () => {
    const server = await serveGateway(gatewayOf().gateway)
    const socket = await connect(server)
    const length = 20 * 1024 * 1024 + 1
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Api-Key: good\r\nContent-Length: ${length}\r\n\r\n`,
    )
    expect(await toldUntilClose(socket)).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('with a key but without an end is given up at the limit', async () => {
    const provider = scriptedProvider('us', ['hello'])
    const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), maxBodyBytes: 100_000 })
    const server = await serveGateway(gateway)
    const socket = await connect(server)
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    const block = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const pour = (): void => {
      while (socket.writable && socket.write(block));
    }
    socket.on('drain', pour)
    const told = toldUntilClose(socket)
    pour()
    await told
    expect(server.exchanges[0]?.response.statusCode).toBe(413)
    expect(server.sockets[0]!.bytesRead).toBeLessThan(2_000_000)
  })

  it('that came with its head, all of it, is given up at the limit, too', async () => {
    const provider = scriptedProvider('us', ['hello'])
    const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), maxBodyBytes: 100 })
    const socket = await connect(await serveGateway(gateway))
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    socket.write(`${head}65\r\n${'x'.repeat(0x65)}\r\n0\r\n\r\n`)
    expect(await toldUntilClose(socket)).toMatch(/^HTTP\/1\.1 413 /)
    expect(provider.calls).toHaveLength(0)
  })

  it('whose client leaves in the middle is over, and no call was made, but the request is counted', async () => {
    const provider = scriptedProvider('us', ['hello'])
    const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), metrics: true })
    const { door, handled } = watched(gateway)
    const server = await serveGateway({ door })
    const socket = await connect(server)
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-API-Key: good\r\nContent-Length: 100\r\n\r\n{"mod')
    while (!server.exchanges[0]?.request.readableDidRead) await turns(1)
    socket.destroy()
    await handled[0]
    expect(provider.calls).toHaveLength(0)
    expect(gateway.metrics()).toMatchObject({ calls: [], refusals: { cancelled: 1 } })
  })

  it('whose client leaves while the login still looks is over, too', async () => {
    const login = Promise.withResolvers<{ tenant: string }>()
    const gateway = createGateway({ providers: [scriptedProvider('us', ['hi'])], auth: () => login.promise })
    const { door, handled } = watched(gateway)
    const server = await serveGateway({ door })
    const socket = await connect(server)
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"mod')
    while (handled.length === 0) await turns(1)
    const closed = closing(server.sockets[0]!)
    socket.destroy()
    await closed
    await turns()
    login.resolve({ tenant: 't' })
    await handled[0]
    expect(handled).toHaveLength(1)
  })
})

describe('a body whose host', () => {
  const long = JSON.stringify(chatRequest({ messages: [{ role: 'user', content: 'é☃'.repeat(50_000) }] }))

  async function uploaded(prepare: (request: http.IncomingMessage) => void, pieces: readonly string[]) {
    const { gateway, provider } = gatewayOf()
    const handler = toNodeHandler(gateway)
    const server = await serve((incoming, response) => {
      prepare(incoming)
      handler(incoming, response)
    })
    const headers = { 'x-api-key': 'good', 'content-length': Buffer.byteLength(pieces.join('')) }
    const outgoing = http.request(`${server.url}/v1/chat/completions`, { method: 'POST', agent: false, headers })
    const answer = once(outgoing, 'response')
    for (const piece of pieces) {
      outgoing.write(piece)
      await turns(20)
    }
    outgoing.end()
    const [{ statusCode }] = (await answer) as [http.IncomingMessage]
    return { statusCode, content: provider.calls[0]?.request.messages[0]?.content }
  }

  it.each<[string, (request: http.IncomingMessage) => void]>([
    ['has stopped it, to look at something first,', request => void request.pause()],
    ['wants text of it', request => void request.setEncoding('utf8')],
  ])('%s is read all the same, be it in one piece or in many', async (_name, prepare) => {
    expect(await uploaded(prepare, [body])).toMatchObject({ statusCode: 200 })
    for (const pieces of [[long], [long.slice(0, 100), long.slice(100, 90_000), long.slice(90_000)]]) {
      expect(await uploaded(prepare, pieces)).toEqual({ statusCode: 200, content: 'é☃'.repeat(50_000) })
    }
  })
})

describe('a connection', () => {
  it('is kept after errors that left no body unread', async () => {
    const { gateway } = gatewayOf()
    const server = await serveGateway(gateway)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async (path: string, method: string, payload?: string): Promise<number | undefined> => {
      const outgoing = http.request(server.url + path, { agent, method, headers: { 'x-api-key': 'good' } })
      outgoing.end(payload)
      const [incoming] = (await once(outgoing, 'response')) as [http.IncomingMessage]
      incoming.resume()
      await once(incoming, 'close')
      return incoming.statusCode
    }
    expect(await ask('/v1/models/gpt-9', 'GET')).toBe(404)
    expect(await ask('/nothing', 'GET')).toBe(404)
    expect(await ask('/v1/chat/completions', 'POST', '{')).toBe(400)
    expect(await ask('/v1/models', 'GET')).toBe(200)
    expect(server.sockets).toHaveLength(1)
    expect(await ask('/nothing', 'POST', '{}')).toBe(404)
    expect(await ask('/v1/models', 'GET')).toBe(200)
    expect(server.sockets).toHaveLength(2)
    agent.destroy()
  })

  it('is closed with the refusal of a gateway that shuts down: a retry on it would meet the same one', async () => {
    const { gateway } = gatewayOf()
    const server = await serveGateway(gateway)
    await gateway.close()
    const socket = await connect(server)
    socket.write(request(['X-API-Key: good']).replace('Connection: close\r\n', ''))
    expect(await toldUntilClose(socket)).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"shutting_down"/is)
  })

  it('that breaks while an answer goes out ends the call', async () => {
    const { gateway, provider } = gatewayOf(['a', never])
    const { door, handled } = watched(gateway)
    const server = await serveGateway({ door })
    const socket = await connect(server)
    socket.write(request(['X-API-Key: good'], JSON.stringify({ ...chatRequest(), stream: true })))
    await once(socket, 'data')
    socket.destroy()
    await handled[0]
    expect(await provider.outcomes[0]).toMatchObject({
      status: 'cancelled',
      error: { message: 'The client closed the connection.' },
    })
    expect(provider.closed).toBe(1)
  })
})

describe('a kept connection', () => {
  it('gets one listener however many requests it brings, and handlers its host makes for them', async () => {
    const { gateway } = gatewayOf()
    const server = await serve((incoming, response) => toNodeHandler(gateway)(incoming, response))
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const counts: number[] = []
    for (let index = 0; index < 4; index += 1) {
      const asked = http.request(`${server.url}/v1/models`, { agent, headers: { 'x-api-key': 'good' } }).end()
      const [answer] = await once(asked, 'response')
      answer.resume()
      await once(answer, 'end')
      counts.push(server.sockets[0]!.listenerCount('close'))
    }
    expect(server.sockets).toHaveLength(1)
    expect(new Set(counts).size).toBe(1)
    agent.destroy()
  })

  it('that ends later ends no call that was over before', async () => {
    const { gateway } = gatewayOf(['a'])
    const { door, handled } = watched(gateway)
    const signals: AbortSignal[] = []
    const server = await serveGateway({
      door: {
        serves: path => door.serves(path),
        handle(doorRequest, sink) {
          signals.push(doorRequest.controller.signal)
          return door.handle(doorRequest, sink)
        },
      },
    })
    const agent = new http.Agent({ keepAlive: true })
    const asked = http.request(`${server.url}/v1/chat/completions`, {
      agent,
      method: 'POST',
      headers: { 'x-api-key': 'good' },
    })
    asked.end(body)
    const [answer] = await once(asked, 'response')
    answer.resume()
    await once(answer, 'end')
    await handled[0]
    agent.destroy()
    await once(server.sockets[0]!, 'close')
    expect(signals[0]?.aborted).toBe(false)
  })
})

it('a stream whose answer the host has ended is given up, and its upstream closed', async () => {
  const { gateway, provider } = gatewayOf([...'abcdefghij'.split('').flatMap(text => [text]), never])
  const { door, handled } = watched(gateway)
  const handler = toNodeHandler({ door })
  const server = await serve((incoming, response) => {
    handler(incoming, response)
    const write = response.write.bind(response)
    response.write = ((bytes: Uint8Array) => {
      write(bytes)
      response.end()
      return true
    }) as typeof write
  })
  await (
    await fetch(`${server.url}/v1/chat/completions`, {
      ...chat,
      body: JSON.stringify({ ...chatRequest(), stream: true }),
    })
  ).text()
  await handled[0]
  expect(await provider.outcomes[0]).toMatchObject({ status: 'cancelled' })
  expect(provider.closed).toBe(1)
})

describe('mounting', () => {
  async function host(options: Parameters<typeof toNodeHandler>[1]) {
    const { gateway } = gatewayOf()
    const handler = toNodeHandler(gateway, options)
    const server = await serve((incoming, response) => {
      handler(incoming, response, () => response.writeHead(204).end())
    })
    return async (path: string, init: RequestInit = {}) => (await fetch(server.url + path, init)).status
  }

  it("hands a path that is not the gateway's to the host, and keeps its own whatever the method", async () => {
    const ask = await host({})
    expect(await ask('/')).toBe(204)
    expect(await ask('/v1/images/generations', { method: 'POST' })).toBe(204)
    expect(await ask('/v1/chat/completions', chat)).toBe(200)
    expect(await ask('/v1/chat/completions')).toBe(405)
    expect(await ask('/v1/models?limit=1', { headers: { 'x-api-key': 'good' } })).toBe(200)
  })

  it.each(['/llm', '/llm/', '/llm//', 'llm', 'llm/'])(
    'under the base path %s serves that, and hands on all else',
    async basePath => {
      const ask = await host({ basePath })
      expect(await ask('/llm/v1/chat/completions', chat)).toBe(200)
      expect(await ask('/v1/chat/completions', chat)).toBe(204)
      expect(await ask('/llmv1/chat/completions', chat)).toBe(204)
      expect(await ask('/llm', chat)).toBe(204)
      expect(await ask('/llm/other', chat)).toBe(204)
    },
  )

  it('without a host answers what is not its own by itself', async () => {
    const { gateway } = gatewayOf()
    const { url } = await serveGateway(gateway, { basePath: '/llm' })
    expect((await fetch(`${url}/llm/v1/chat/completions`, chat)).status).toBe(200)
    const outside = await fetch(`${url}/v1/chat/completions`, chat)
    expect(outside.status).toBe(404)
    expect(await outside.text()).toContain(
      'There is nothing at POST /v1/chat/completions. The gateway is mounted under',
    )
    expect((await fetch(`${url}/v1/models/fast`, { headers: { 'x-api-key': 'good' } })).status).toBe(404)
  })

  it("believes the host's login, and asks its own keys where that knows nobody", async () => {
    const { gateway, provider } = gatewayOf()
    const { url } = await serveGateway(gateway, {
      principal: ({ headers }) => (headers.cookie === 'ann' ? { tenant: 'acme', userId: 'ann' } : undefined),
    })
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${url}/v1/chat/completions`, { ...chat, headers })).status
    expect(await ask({ cookie: 'ann' })).toBe(200)
    expect(provider.calls[0]?.context.principal).toEqual({ tenant: 'acme', userId: 'ann' })
    expect(await ask({ cookie: 'eve' })).toBe(401)
    expect(await ask({ cookie: 'eve', 'x-api-key': 'good' })).toBe(200)
  })

  it("answers 500 when the host's login throws: it neither lets anybody in nor ends the process", async () => {
    const { gateway, provider } = gatewayOf()
    const { url } = await serveGateway(gateway, {
      principal: () => {
        throw new TypeError('session is undefined')
      },
    })
    const answer = await fetch(`${url}/v1/chat/completions`, chat)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('session')
    expect(provider.calls).toHaveLength(0)
  })
})

describe('a host that answers first', () => {
  it.each([false, true])(
    'as a time-out of its own does, keeps its answer and its process (stream: %s)',
    async stream => {
      const gate = Promise.withResolvers<void>()
      const onError = vi.fn()
      const gateway = createGateway({
        providers: [scriptedProvider('us', [gate.promise, 'a', 'b'])],
        auth: () => ({ tenant: 'test' }),
        onError,
      })
      const { door, handled } = watched(gateway)
      const handler = toNodeHandler({ door })
      const server = await serve((incoming, response) => {
        handler(incoming, response)
        incoming.on('end', () => response.writeHead(503).end('too slow'))
      })
      const answer = await fetch(`${server.url}/v1/chat/completions`, {
        ...chat,
        body: JSON.stringify({ ...chatRequest({ model: 'us/x' }), stream }),
      })
      expect([answer.status, await answer.text()]).toEqual([503, 'too slow'])
      gate.resolve()
      await handled[0]
      await turns()
      expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'ERR_HTTP_HEADERS_SENT' })
    },
  )
})

describe('a client who left while the host was busy with its own', () => {
  it('is noticed: no call is made for nobody', async () => {
    const provider = scriptedProvider('us', ['hello'])
    const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }) })
    const handled = Promise.withResolvers<void>()
    const server = await serve((request, response) => {
      Object.assign(request, { body: chatRequest({ model: 'us/nova' }) })
      request.resume()
      // As async middleware of the host's does, between the body and the gateway.
      response.on('close', () => {
        toNodeHandler(gateway)(request, response)
        handled.resolve()
      })
    })
    const socket = await connect(server)
    socket.end('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}')
    socket.destroy()
    await handled.promise
    await turns()
    expect(provider.calls.filter(({ signal }) => !signal.aborted)).toEqual([])
  })
})

describe('a body that the host has read', () => {
  async function parsed(keep: (text: string) => unknown, text = body, more: Record<string, string> = {}) {
    const { gateway, provider } = gatewayOf()
    const handler = toNodeHandler(gateway)
    const { url } = await serve(async (incoming, response) => {
      let read = ''
      for await (const part of incoming) read += String(part)
      Object.assign(incoming, { body: keep(read) })
      handler(incoming, response)
    })
    const headers = { 'x-api-key': 'good', ...more }
    const answer = await fetch(`${url}/v1/chat/completions`, { ...chat, headers, body: text })
    return { provider, status: answer.status, headers: answer.headers, text: await answer.text() }
  }

  it.each<[string, (text: string) => unknown, boolean]>([
    ['an object', JSON.parse, false],
    ['text', text => text, true],
    ['a Buffer', text => Buffer.from(text), true],
  ])('and kept as %s is used', async (_, keep, withBytes) => {
    const { status, provider } = await parsed(keep)
    expect(status).toBe(200)
    expect(provider.calls[0]?.request).toMatchObject({ model: 'nova', messages: chatRequest().messages })
    expect(provider.calls[0]?.context.source !== undefined).toBe(withBytes)
  })

  it('and unpacked, as body parsers do, is used as well: its content-encoding tells of what is gone', async () => {
    expect((await parsed(JSON.parse, body, { 'content-encoding': 'gzip' })).status).toBe(200)
  })

  it('and not kept is said to be lost', async () => {
    const { status, text } = await parsed(() => undefined)
    expect(status).toBe(500)
    expect(text).toContain('mount the gateway before the body parser')
  })

  it.each<[string, (text: string) => unknown]>([
    ['an array', () => []],
    ['null', () => null],
    ['a number', () => 1],
    ['broken text', () => '{'],
    ['an empty Buffer', () => Buffer.alloc(0)],
  ])('and kept as %s is refused', async (_, keep) => {
    expect((await parsed(keep)).status).toBe(400)
  })

  it.each<[string, (text: string) => unknown]>([
    ['a Buffer', text => Buffer.from(text)],
    ['text', text => text],
    ['nothing', () => undefined],
  ])('and found empty, kept as %s, is said to be empty: no client has left', async (_, keep) => {
    const { status, text } = await parsed(keep, '')
    expect([status, text]).toEqual([400, expect.stringContaining('The request body is empty')])
  })

  it('is checked like any other, and the connection is kept: nothing is left to read', async () => {
    const { status, headers, text } = await parsed(JSON.parse, '{"model":"fast"}')
    expect(status).toBe(400)
    expect(text).toContain('`messages` is missing')
    expect(headers.get('connection')).not.toBe('close')
  })
})

it('a request that is none, of a host’s own making, ends its connection and nothing else', async () => {
  const { gateway } = gatewayOf()
  const handler = toNodeHandler(gateway)
  const server = await serve((incoming, response) => {
    if (incoming.headers['x-broken']) Object.defineProperty(incoming, 'rawHeaders', { value: undefined })
    handler(incoming, response)
  })
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/v1/chat/completions`, { ...chat, headers: { 'x-api-key': 'good', ...headers } })
  await expect(ask({ 'x-broken': 'yes' })).rejects.toThrow()
  expect((await ask({})).status).toBe(200)
})

describe('calls that came in at the same time', () => {
  it('each go on in the context in which their host took them', async () => {
    const context = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const { gateway } = gatewayOf()
    const handler = toNodeHandler(gateway, {
      principal: ({ headers }) => {
        seen.push(`${String(headers['x-name'])} in ${context.getStore()}`)
        return { tenant: 'test' }
      },
    })
    const server = await serve((request, response) =>
      context.run(String(request.headers['x-name']), () => handler(request, response)),
    )
    const ask = (name: string) => fetch(`${server.url}/v1/chat/completions`, { ...chat, headers: { 'x-name': name } })
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`)
    const answers = await Promise.all(names.map(ask))
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200))
    expect(new Set(seen)).toEqual(new Set(names.map(name => `${name} in ${name}`)))
  })
})
