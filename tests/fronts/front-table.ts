import { once } from 'node:events'
import http, { type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Gateway, Principal } from '@modelgate/core'
import { type NodeHandlerOptions, toNodeHandler } from '@modelgate/core/node'
import express from 'express'
import { type FastifyPluginCallback, fastify } from 'fastify'
import { Hono } from 'hono'
import type { Front, OpenFront } from './front.ts'
import { lambdaFronts } from './lambda-fronts.ts'
import { readmeSnippet } from './readme-snippet.ts'

const noHost = 'there is no host around it that could have routes'

/** The README's. */
interface FastifySnippet {
  readonly modelgate: (gateway: Gateway, options?: NodeHandlerOptions) => FastifyPluginCallback
}
interface HonoSnippet {
  readonly modelgate: (gateway: Gateway, basePath: string) => Hono<{ Variables: { principal?: Principal } }>
}

/** Every place that the same stories are told in. */
export const fronts: readonly Front[] = [
  {
    name: 'gateway.fetch',
    cannot: {
      'has routes of its own beside the gateway': noHost,
      'keeps connections, which an answer may close': 'no connection is between the two',
    },
    open: async (gateway, mount) => ({
      ask: (path, init) => gateway.fetch(`http://in-process${path}`, { ...init, ...mount, address: '192.0.2.7' }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  },
  {
    name: 'node:http',
    cannot: { 'has routes of its own beside the gateway': noHost },
    open: (gateway, { basePath, principal }) =>
      listening(http.createServer(toNodeHandler(gateway, { basePath, principal: () => principal }))),
  },
  {
    name: 'Express, before its body parser',
    cannot: {
      'gives the gateway every path':
        'what is not the gateway’s goes on to Express, which answers 404 in its own words',
    },
    open: (gateway, { basePath = '/', principal }) =>
      listening(
        http.createServer(withRoutes(express().use(basePath, toNodeHandler(gateway, { principal: () => principal })))),
      ),
  },
  {
    name: 'Express, after its body parser',
    cannot: {
      'gives the gateway every path':
        'what is not the gateway’s goes on to Express, which answers 404 in its own words',
      'leaves the body to the gateway':
        'express.json() has read the body by then, and refuses in its own words what it cannot read',
    },
    open: (gateway, { basePath = '/', principal }) => {
      const app = express().use(express.json({ limit: '20mb' }))
      return listening(
        http.createServer(withRoutes(app.use(basePath, toNodeHandler(gateway, { principal: () => principal })))),
      )
    },
  },
  {
    name: 'Fastify, by the README',
    cannot: {},
    async open(gateway, { basePath = '', principal }) {
      const { modelgate } = await readmeSnippet<FastifySnippet>('packages/core/README.md', "from 'fastify'")
      const app = fastify()
      app.register(modelgate(gateway, { principal: () => principal }), { prefix: basePath })
      app.get('/orders/7', () => ({ id: 7 }))
      await app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = app.server.address() as AddressInfo
      return {
        ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
        async [Symbol.asyncDispose]() {
          app.server.closeAllConnections()
          await app.close()
        },
      }
    },
  },
  {
    name: 'Hono, by the README',
    cannot: {},
    async open(gateway, { basePath = '', principal }) {
      const { modelgate } = await readmeSnippet<HonoSnippet>('packages/core/README.md', "from 'hono'")
      const app = new Hono<{ Variables: { principal?: Principal } }>()
      if (principal)
        app.use((context, next) => {
          context.set('principal', principal)
          return next()
        })
      app.route(basePath, modelgate(gateway, basePath)).get('/orders/7', context => context.json({ id: 7 }))
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
      return listening(server)
    },
  },
  ...lambdaFronts,
]

function withRoutes(app: express.Express): express.Express {
  return app.get('/orders/7', (_request, response) => void response.json({ id: 7 }))
}

async function listening(server: Server): Promise<OpenFront> {
  if (!server.listening) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const { port } = server.address() as AddressInfo
  return {
    ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
