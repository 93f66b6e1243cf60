import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type FaultRule, type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'

// The gateway's silences are measured by these two; sockets and the simulator keep their own clocks.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const models = { Bedrock: 'anthropic.claude-3-sonnet-20240229-v1:0', OpenAI: 'gpt-4o-mini' } as const
type Lane = keyof typeof models

const second = 1_000
const comment = ': keep-alive\n\n'
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const thinks = (ms: number): FaultRule['fault'] => ({ kind: 'slow-first-content', ms })

function providerOf(lane: Lane, id: string, simulator: Simulator) {
  return lane === 'Bedrock'
    ? bedrock({ id, region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential })
    : openai({ id, baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })
}

/** A gateway over one simulator for each fault, and an OpenAI client whose answer's bytes are kept. */
async function open(lane: Lane, faults: readonly (FaultRule['fault'] | undefined)[]) {
  const simulators: Simulator[] = []
  for (const fault of faults) {
    const simulator = await startSimulator()
    if (fault) simulator.setFaults([{ fault }])
    simulators.push(simulator)
  }
  const gateway = createGateway({
    providers: simulators.map((simulator, index) => providerOf(lane, `p${index}`, simulator)),
    routes: { fast: simulators.map((_, index) => `p${index}/${models[lane]}` as const) },
    auth: apiKeys(memoryKeyStore([{ key: 'sk-caller' }])),
  })
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await gateway.close({ graceMs: 0 })
    for (const simulator of simulators) await simulator.close()
  })
  const heard = { text: '' }
  const recorder = async (...input: Parameters<typeof fetch>): Promise<Response> => {
    const answer = await fetch(...input)
    const [kept, given] = answer.body!.tee()
    void (async () => {
      for await (const text of kept.pipeThrough(new TextDecoderStream())) heard.text += text
    })().catch(() => {})
    return new Response(given, answer)
  }
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const client = new OpenAI({ baseURL, apiKey: 'sk-caller', maxRetries: 0, fetch: recorder })
  const asked = client.chat.completions
    .create({ model: 'fast', messages: [{ role: 'user', content: 'Say hello' }], stream: true })
    .withResponse()
  asked.catch(() => {})
  await simulators[0]!.waitFor(request => request.outcome === 'open')
  return { asked, simulators, heard }
}

async function read(stream: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  let text = ''
  let finish: string | null | undefined
  for await (const { choices } of stream) {
    text += choices[0]?.delta.content ?? ''
    finish = choices[0]?.finish_reason ?? finish
  }
  return { text, finish }
}

async function hear(heard: { readonly text: string }, text: string): Promise<void> {
  while (!heard.text.includes(text)) await turn()
}

describe.each(Object.keys(models) as Lane[])('a %s model that thinks in silence', lane => {
  it('has its head at 10 s, comments every 15 s, and its answer whole', async () => {
    const { asked, heard } = await open(lane, [thinks(1_000)])
    vi.advanceTimersByTime(10 * second)
    const { data, response } = await asked
    expect(response.headers.has('x-modelgate-attempts')).toBe(false)
    await hear(heard, comment)
    for (let comments = 2; comments <= 4; comments += 1) {
      vi.advanceTimersByTime(15 * second)
      await hear(heard, comment.repeat(comments))
    }
    expect(heard.text).toBe(comment.repeat(4))
    const { text, finish } = await read(data)
    expect(text).not.toBe('')
    expect(finish).toBe('stop')
    expect(heard.text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('and dies after the head is followed by another, unseen', async () => {
    const { asked, simulators, heard } = await open(lane, [thinks(60_000), undefined])
    vi.advanceTimersByTime(10 * second)
    const { data } = await asked
    await hear(heard, comment)
    await simulators[0]!.close()
    expect(await read(data)).toMatchObject({ finish: 'stop' })
    expect(heard.text.startsWith(`${comment}data: `)).toBe(true)
    expect(heard.text.match(/\[DONE\]/g)).toHaveLength(1)
  })

  it('and dies before the head is followed by another, which the head tells', async () => {
    const { asked, simulators, heard } = await open(lane, [thinks(60_000), undefined])
    vi.advanceTimersByTime(9 * second)
    await simulators[0]!.close()
    const { data, response } = await asked
    expect(response.headers.get('x-modelgate-attempts')).toMatch(/^p0\/.*;(?!200).*, p1\/.*;200;\d+ms$/)
    expect(await read(data)).toMatchObject({ finish: 'stop' })
    expect(heard.text).not.toContain(comment)
  })

  it('and dies after the head with nobody to follow is an error the client throws', async () => {
    const { asked, simulators, heard } = await open(lane, [thinks(60_000)])
    vi.advanceTimersByTime(10 * second)
    const { data } = await asked
    await hear(heard, comment)
    await simulators[0]!.close()
    await expect(read(data)).rejects.toThrow(OpenAI.APIError)
    expect(heard.text).toMatch(/^: keep-alive\n\ndata: \{"error":.*\}\n\n$/)
  })

  it('and dies before the head with nobody to follow has its true status', async () => {
    const { asked, simulators } = await open(lane, [thinks(60_000)])
    vi.advanceTimersByTime(9 * second)
    await simulators[0]!.close()
    await expect(asked).rejects.toMatchObject({ status: expect.toSatisfy((status: number) => status >= 502) })
  })
})
