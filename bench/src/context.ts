import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises'
import { CallController, createGateway, type GatewayDoor, type Transport } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import { type ContextSource, type McpSource, mcpContext, mcpSource } from '@modelgate/mcp-context'
import { openai } from '@modelgate/openai'
import { contestantPath } from './contestants.ts'
import { median } from './statistics.ts'
import { completions } from './upstream/answers.ts'
import { instantTransport } from './upstream/instant-transport.ts'
import { requestOf } from './upstream/requests.ts'

/*
 * What facts for a prompt cost a call: with an answer at hand, and when the MCP server is asked. Calls go one after another through the
 * door, over an upstream that answers at once; the catalogue is a process of its own, spoken to over HTTP.
 */

const warmCalls = 2_000
const coldCalls = 200

/** An MCP server over the example's products, in a process of its own. */
async function startCatalog(): Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }> {
  const main = join(import.meta.dirname, '../../examples/mcp-catalog/src/main.ts')
  const child = spawn(process.execPath, ['-C', 'modelgate-source', main], {
    env: { ...process.env, CATALOG_TRANSPORT: 'http', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/[^\s"]+/.exec(line)?.[0]
    if (!url) continue
    const stop = (): Promise<unknown> => {
      child.kill()
      return once(child, 'close')
    }
    return { url, stop }
  }
  throw new Error('The catalogue did not start.')
}

/** Counts the requests that leave for the server. */
function counting(transport: Transport): Transport & { sent: number } {
  const counted = {
    sent: 0,
    send(request: Parameters<Transport['send']>[0]) {
      counted.sent += 1
      return transport.send(request)
    },
    close: () => transport.close(),
  }
  return counted
}

function doorOver(source: ContextSource): GatewayDoor {
  const transport = instantTransport(Buffer.from(completions.openai), 'application/json')
  return createGateway({
    providers: [openai({ apiKey: 'bench', baseURL: 'http://127.0.0.1:1/v1', transport })],
    auth: 'none',
    context: mcpContext({ source, secret: 'a secret of the bench', when: () => true, timeoutMs: 60_000 }),
  }).door
}

interface Asked {
  readonly body: Buffer
  readonly context: 'on' | 'off'
}

/** A request that ends in a question, after so many kilobytes of conversation. */
function bodyOf(kilobytes: 1 | 100, question: string): Buffer {
  const request = JSON.parse(requestOf({ lane: 'openai', kilobytes, mode: 'whole' })) as { messages: object[] }
  request.messages.push({ role: 'assistant', content: 'So it is.' }, { role: 'user', content: question })
  return Buffer.from(JSON.stringify(request))
}

/** Milliseconds of a call. */
async function timeOf(door: GatewayDoor, { body, context }: Asked): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-modelgate-context': context }
  let told: string | undefined
  const startedAt = performance.now()
  await door.handle(
    {
      method: 'POST',
      path: contestantPath('whole'),
      headers,
      controller: new CallController(),
      readBody: () => Buffer.from(body),
    },
    {
      head(_status, sent) {
        told = sent['x-modelgate-context']
      },
      write: () => true,
      drained: () => Promise.resolve(),
      end() {},
    },
  )
  const tookMs = performance.now() - startedAt
  if (!told?.startsWith(context === 'off' ? 'off' : 'hit')) throw new Error(`The call had no facts: ${told}`)
  return tookMs
}

async function measureWarm(source: ContextSource, kilobytes: 1 | 100): Promise<void> {
  const door = doorOver(source)
  const body = bodyOf(kilobytes, 'Which headphones have the longest battery?')
  const times: Record<Asked['context'], number[]> = { on: [], off: [] }
  for (let call = 0; call < 2 * warmCalls; call += 1) {
    // Nobody's event loop is busy for seconds on end.
    if (call % 100 === 0) await immediate()
    for (const context of ['off', 'on'] as const) {
      const tookMs = await timeOf(door, { body, context })
      if (call >= warmCalls) times[context].push(tookMs)
    }
  }
  print(`warm, a conversation of ${kilobytes} KB: added`, median(times.on) - median(times.off))
}

async function measureCold(source: McpSource, transport: { readonly sent: number }): Promise<void> {
  const door = doorOver(source)
  const signal = new AbortController().signal
  const alone: number[] = []
  const added: number[] = []
  const things = ['headphones', 'laptop', 'speaker', 'keyboard', 'monitor']
  // Connections that the server has closed meanwhile are seen to be.
  await sleep(50)
  await source.search('headphones', { signal, tenant: undefined, limit: 20 })
  const before = transport.sent
  for (let call = 0; call < coldCalls; call += 1) {
    await immediate()
    const thing = things[call % things.length]
    const startedAt = performance.now()
    await source.search(`${thing} ${call}`, { signal, tenant: undefined, limit: 20 })
    alone.push(performance.now() - startedAt)
    const body = bodyOf(1, `${thing} number ${call}`)
    const withFacts = await timeOf(door, { body, context: 'on' })
    added.push(withFacts - (await timeOf(door, { body, context: 'off' })))
  }
  print('cold: a search by itself', median(alone))
  print('cold: added to a call', median(added))
  console.log(
    'cold: requests to the server a call'.padEnd(44),
    ((transport.sent - before) / (2 * coldCalls)).toFixed(2).padStart(8),
  )
}

function print(name: string, tookMs: number): void {
  console.log(name.padEnd(44), `${tookMs.toFixed(3).padStart(8)} ms, median`)
}

const catalog = await startCatalog()
const transport = counting(nodeTransport())
const source = mcpSource({
  name: 'catalogue',
  server: { url: catalog.url, transport },
  tool: { name: 'search_products' },
})
try {
  await source.connect()
  await measureWarm(source, 1)
  await measureWarm(source, 100)
  await measureCold(source, transport)
} finally {
  await source.close()
  await transport.close()
  await catalog.stop()
}
