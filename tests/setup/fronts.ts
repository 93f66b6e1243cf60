import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http, { type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, type Gateway, memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI, { type ClientOptions } from 'openai'
import { createApp } from '../../examples/express/src/app.ts'

export const apiKey = 'sk-caller'

/** A gateway as a caller meets it. */
export interface Front extends AsyncDisposable {
  readonly baseURL: string
  readonly apiKey: string
  readonly fetch?: typeof globalThis.fetch
  readonly gateway?: Gateway
}

export type OpenFront = (simulator: Simulator) => Promise<Front>

/** Everywhere the same stories are told. */
export const fronts: Readonly<Record<string, OpenFront>> = {
  'gateway.fetch': async simulator => {
    const gateway = gatewayOver(simulator)
    return {
      baseURL: 'http://in-process/v1',
      apiKey,
      gateway,
      fetch: gateway.fetch as typeof globalThis.fetch,
      [Symbol.asyncDispose]: () => gateway.close({ graceMs: 0 }),
    }
  },
  'node:http': simulator => {
    const gateway = gatewayOver(simulator)
    return served(gateway, http.createServer(toNodeHandler(gateway)))
  },
  'Express at /': simulator => {
    const gateway = gatewayOver(simulator)
    return served(gateway, http.createServer(createApp(gateway)))
  },
  'Express at /llm': simulator => {
    const gateway = gatewayOver(simulator)
    return served(gateway, http.createServer(createApp(gateway, { mountPath: '/llm' })), '/llm')
  },
}

/** The app as it is started, and every front before a simulator of its own. */
export const openers: Readonly<Record<string, () => Promise<Front>>> = {
  'pnpm start': () => startedApp(),
  ...Object.fromEntries(
    Object.entries(fronts).map(([name, open]) => [
      name,
      async () => {
        const simulator = await startSimulator()
        const front = await open(simulator)
        return {
          ...front,
          async [Symbol.asyncDispose]() {
            await front[Symbol.asyncDispose]()
            await simulator.close()
          },
        }
      },
    ]),
  ),
}

/** `pnpm start` as a newcomer runs it: a process of its own, driven by nothing but its first line and HTTP. */
export async function startedApp(
  environment: NodeJS.ProcessEnv = {},
): Promise<Front & { readonly simulatorUrl: string }> {
  const root = join(import.meta.dirname, '../..')
  const child = spawn(process.execPath, ['-C', 'modelgate-source', 'examples/gateway/src/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: '0', MODELGATE_API_KEY: apiKey, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url, simulator } = JSON.parse(line) as { url: string; simulator: string }
  return {
    baseURL: `${url}/v1`,
    apiKey,
    simulatorUrl: simulator,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** The official client, with nothing changed but where it calls and with which key. */
export function clientOf(front: Front, options: ClientOptions = {}): OpenAI {
  const { baseURL, fetch } = front
  return new OpenAI({ baseURL, apiKey: front.apiKey, maxRetries: 0, ...(fetch && { fetch }), ...options })
}

export function gatewayOver(simulator: Simulator): Gateway {
  return createGateway({
    providers: [
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    auth: apiKeys(memoryKeyStore([{ key: apiKey, userId: 'caller' }])),
    // Tests strike one target time after time.
    circuitBreaker: { enabled: false },
    retry: { enabled: false },
    coolDown: { enabled: false },
  })
}

async function served(gateway: Gateway, server: Server, mountPath = ''): Promise<Front> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}${mountPath}/v1`,
    apiKey,
    gateway,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await gateway.close({ graceMs: 0 })
    },
  }
}
