import { once } from 'node:events'
import http, { type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { type CallReport, createGateway, type Gateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import type { FaultRule } from '@modelgate/simulator'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'
import { readTold } from './setup/told-stream.ts'

type Fault = FaultRule['fault']

/** Over both lanes; no two are alike, so that each has a fault of its own. */
const targets = [
  'bedrock/anthropic.claude-3-sonnet-20240229-v1:0',
  'openai/gpt-4o-mini',
  'bedrock/amazon.nova-lite-v1:0',
  'openai/gpt-4o',
] as const

const frames = fc.nat({ max: 4 })
const status = fc.constantFrom(400, 401, 403, 404, 408, 413, 422, 424, 429, 500, 502, 503, 504, 529)
const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: status.map((status): Fault => ({ kind: 'status', status })) },
  { weight: 4, arbitrary: frames.map((afterFrames): Fault => ({ kind: 'reset', afterFrames })) },
  { weight: 2, arbitrary: fc.nat({ max: 3_000 }).map((atByte): Fault => ({ kind: 'cut', atByte })) },
  {
    weight: 2,
    arbitrary: frames.map((afterFrames): Fault => ({ kind: 'exception', exceptionType: 'server_error', afterFrames })),
  },
  { weight: 1, arbitrary: frames.map((afterFrames): Fault => ({ kind: 'unknown-event', afterFrames })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Fault>(
      { kind: 'reset-before-head' },
      { kind: 'close-before-head' },
      { kind: 'end-without-terminal' },
      { kind: 'html' },
      { kind: 'byte-by-byte' },
      { kind: 'content-type', value: 'text/html' },
      { kind: 'slow-first-content', ms: 60 },
      { kind: 'delay', ms: 60 },
    ),
  },
)

const simulator = await fileSimulator()

interface Served {
  readonly gateway: Gateway
  readonly server: Server
  readonly url: string
  readonly reports: CallReport[]
}

async function serve(route: readonly (typeof targets)[number][]): Promise<Served> {
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    routes: { fast: route },
    auth: () => ({ tenant: 'test' }),
    // Some heads go out before their content, some do not.
    streams: { commitAfterMs: 20, keepAliveMs: 10 },
    retry: { baseDelayMs: 1 },
    coolDown: { throttledMs: 1 },
    onReport: report => reports.push(report),
    onError: () => {},
  })
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { gateway, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reports }
}

it('whatever strikes the targets of a route, its client is told one ending, and every upstream is let go', async () => {
  const seen = { whole: 0, status: 0, 'in band': 0 }
  const route = fc.shuffledSubarray([...targets], { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(route, fc.array(fault, { minLength: 3, maxLength: 3 }), async (route, faults) => {
      simulator.reset()
      simulator.setFaults(
        route.flatMap((target, index) => {
          const strikes = faults[index]
          return strikes ? [{ match: { model: target.slice(target.indexOf('/') + 1) }, fault: strikes }] : []
        }),
      )
      const { gateway, server, url, reports } = await serve(route)
      const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Count to 9' }], stream: true })
      const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
      const told = readTold(answer.status, await answer.text())
      expect(told.endings).toHaveLength(1)
      seen[told.endings[0]!] += 1
      await simulator.settled()
      await gateway.close({ graceMs: 3_600_000 })
      server.closeAllConnections()
      server.close()
      expect(reports).toMatchObject([{ status: told.endings[0] === 'whole' ? 'completed' : 'failed' }])
      expect(reports[0]!.errorCode).toBe(told.errorCode)
    }),
    { numRuns: 150, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false },
  )
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0)
})
