import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { serve } from '@hono/node-server'
import type { Gateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'

/** A client in the middle of a streamed answer. */
export interface Visitor {
  /** Resolves when what it was told so far matches; rejects where the answer ends without. */
  hears(pattern: RegExp): Promise<void>
  /** Closes the connection, or takes back the request where others share it. */
  leave(): void
}

export interface OpenFront extends AsyncDisposable {
  visit(body: object): Visitor
}

/** A gateway mounted on every kind of host, each with the connections that it has in production. */
export const leavingFronts: Readonly<Record<string, (gateway: Gateway) => Promise<OpenFront>>> = {
  'gateway.fetch': gateway =>
    Promise.resolve({
      visit: body => byFetch('http://in-process', body, gateway.fetch as typeof fetch),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  'node:http': gateway => listening(http.createServer(toNodeHandler(gateway))),
  'HTTP/2': async gateway => {
    const handler = toNodeHandler(gateway)
    const server = http2.createServer(
      (request, response) => void Reflect.apply(handler, undefined, [request, response]),
    )
    const { port, close } = await started(server)
    const session = http2.connect(`http://127.0.0.1:${port}`)
    return {
      visit: body => byHttp2(session, body),
      async [Symbol.asyncDispose]() {
        session.destroy()
        await close()
      },
    }
  },
  Express: gateway => listening(http.createServer(express().use(express.json()).use(toNodeHandler(gateway)))),
  async Fastify(gateway) {
    const app = fastify()
    const handler = toNodeHandler(gateway)
    // The gateway reads bodies itself.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _body, done) => done(null))
    app.all('/v1/*', (request, reply) => {
      reply.hijack()
      handler(request.raw, reply.raw)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    return {
      visit: body => byFetch(`http://127.0.0.1:${port}`, body),
      async [Symbol.asyncDispose]() {
        app.server.closeAllConnections()
        await app.close()
      },
    }
  },
  async Hono(gateway) {
    const app = new Hono().all('/v1/*', context => gateway.fetch(context.req.raw))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as http.Server
    if (!server.listening) await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return {
      visit: body => byFetch(`http://127.0.0.1:${port}`, body),
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      },
    }
  },
}

async function listening(server: http.Server): Promise<OpenFront> {
  const { port, close } = await started(server)
  return {
    visit: body => byFetch(`http://127.0.0.1:${port}`, body),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await close()
    },
  }
}

async function started(server: Server): Promise<{ readonly port: number; readonly close: () => Promise<unknown> }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, close: () => new Promise(resolve => server.close(resolve)) }
}

/** What was told so far, and who waits for more. */
class Ear {
  private told = ''
  private over = false
  private wake = Promise.withResolvers<void>()

  tell(text: string): void {
    this.told += text
    this.turn()
  }

  end(): void {
    this.over = true
    this.turn()
  }

  async hears(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.told)) {
      if (this.over) throw new Error(`${pattern} was not said in: ${this.told.slice(0, 500)}`)
      await this.wake.promise
    }
  }

  private turn(): void {
    this.wake.resolve()
    this.wake = Promise.withResolvers()
  }
}

const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-caller' }

function byFetch(baseURL: string, body: object, fetch = globalThis.fetch): Visitor {
  const controller = new AbortController()
  const ear = new Ear()
  const listen = async (): Promise<void> => {
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal: controller.signal }
    const answer = await fetch(`${baseURL}/v1/chat/completions`, init)
    ear.tell(`HTTP ${answer.status}\n`)
    for await (const text of answer.body!.pipeThrough(new TextDecoderStream())) ear.tell(text)
  }
  // A client that left hears nothing more.
  void listen()
    .catch(() => {})
    .finally(() => ear.end())
  return { hears: pattern => ear.hears(pattern), leave: () => controller.abort() }
}

function byHttp2(session: http2.ClientHttp2Session, body: object): Visitor {
  const ear = new Ear()
  const stream = session.request({ ':method': 'POST', ':path': '/v1/chat/completions', ...headers })
  stream.on('response', head => ear.tell(`HTTP ${head[':status']}\n`))
  stream.setEncoding('utf8').on('data', (text: string) => ear.tell(text))
  stream.on('close', () => ear.end()).on('error', () => {})
  stream.end(JSON.stringify(body))
  return { hears: pattern => ear.hears(pattern), leave: () => stream.close(http2.constants.NGHTTP2_CANCEL) }
}
