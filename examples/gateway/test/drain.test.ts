import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { type FaultRule, type Simulator, startSimulator } from '@modelgate/simulator'
import { describe, expect, it } from 'vitest'
import { type ErrorAnswer, postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway, temporaryFile } from './run-gateway.ts'

const key = 'team-key-1'
const graceMs = 6_000

/** What the models of the story do: the first ends by itself, the others never do. */
const faults: readonly FaultRule[] = [
  { match: { model: 'gpt-4o-mini' }, fault: { kind: 'stall', afterFrames: 2 } },
  { match: { model: 'gpt-4.1' }, fault: { kind: 'stall', afterFrames: 0 } },
]

function configFile(simulators: Readonly<Record<string, Simulator>>): string {
  const providers = Object.fromEntries(
    Object.entries(simulators).map(([id, { openaiBaseUrl, openaiKey }]) => [
      id,
      { type: 'openai', baseURL: openaiBaseUrl, apiKey: openaiKey },
    ]),
  )
  return temporaryFile('modelgate.json', JSON.stringify({ providers, keys: [{ key }] }))
}

function ask(gateway: Running, body: object): Promise<Response> {
  return postChat(`${gateway.url}/v1/chat/completions`, body, { 'X-API-Key': key })
}

/** Streams that have begun, each with what is left to read of it. */
async function openStreams(gateway: Running, count: number, body: object): Promise<(() => Promise<string>)[]> {
  const opening = Array.from({ length: count }, async () => {
    const answer = await ask(gateway, { stream: true, ...body })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let read = await reader.read()
    return async () => {
      let text = ''
      for (; !read.done; read = await reader.read()) text += read.value
      return text
    }
  })
  return Promise.all(opening)
}

/** A client who asks for a long answer and reads nothing of it. */
async function stalledReader(gateway: Running): Promise<Socket> {
  const body = JSON.stringify({
    model: 'fast/gpt-4o',
    stream: true,
    messages: [{ role: 'user', content: 'Count to 100000' }],
  })
  const socket = await connected(gateway)
  socket.on('error', () => undefined)
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await once(socket, 'readable')
  return socket
}

async function connected({ url }: Running): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

function endingOf(text: string): 'finished' | 'failed' | 'neither' | 'both' {
  const isFinished = text.includes('"finish_reason":"stop"') && text.endsWith('data: [DONE]\n\n')
  const [, error] = /data: (\{"error".*\})\n\n$/.exec(text) ?? []
  const isFailed = error !== undefined && (JSON.parse(error) as ErrorAnswer).error.code === 'shutting_down'
  const looksWhole = /\[DONE\]|"finish_reason":"/.test(text)
  if (isFinished) return isFailed ? 'both' : 'finished'
  if (isFailed) return looksWhole ? 'both' : 'failed'
  return 'neither'
}

describe('SIGTERM under load', () => {
  it('ends 200 streams with a finish or an error, whole answers with 503, and the process with 0 within the grace period', async () => {
    await using slow = await startSimulator({ frameDelayMs: 25 })
    await using fast = await startSimulator()
    slow.setFaults(faults)
    const log = temporaryFile('requests.jsonl')
    await using gateway = await runGateway({
      MODELGATE_CONFIG: configFile({ slow, fast }),
      SHUTDOWN_GRACE_MS: String(graceMs),
      REQUEST_LOG: `file:${log}`,
    })
    const counting = { model: 'slow/gpt-4o', messages: [{ role: 'user', content: 'Count to 40' }] }
    const streams = await Promise.all([
      openStreams(gateway, 100, counting),
      openStreams(gateway, 100, { model: 'slow/gpt-4o-mini' }),
    ])
    const silent = ask(gateway, { model: 'slow/gpt-4.1', stream: true })
    const whole = ask(gateway, { model: 'slow/gpt-4.1' })
    const stalled = await stalledReader(gateway)
    const ahead = await connected(gateway)
    await slow.waitFor(() => slow.requests().filter(({ model }) => model === 'gpt-4.1').length === 2)

    const startedAt = performance.now()
    gateway.kill('SIGTERM')
    await once(ahead.resume(), 'close')
    const exited = gateway.exited.then(code => ({ code, afterMs: performance.now() - startedAt }))
    const endings = await Promise.all(streams.flat().map(async rest => endingOf(await rest())))
    // On a busy machine some of these are late, too; what none may be is a third thing.
    const finished = endings.filter(ending => ending === 'finished').length
    expect(finished).toBeGreaterThan(0)
    expect(endings.filter(ending => ending !== 'finished' && ending !== 'failed')).toEqual([])
    expect(new Set(endings.slice(100))).toEqual(new Set(['failed']))
    for (const answer of await Promise.all([silent, whole])) {
      expect(answer.status).toBe(503)
      expect(answer.headers.get('x-should-retry')).toBe('true')
      expect(answer.headers.get('connection')).toBe('close')
      expect(await answer.json()).toMatchObject({ error: { code: 'shutting_down' } })
    }
    const { code, afterMs } = await exited
    expect(code).toBe(0)
    // The grace period is a promise in time to whoever kills the process at its end.
    expect(afterMs).toBeLessThan(graceMs)
    stalled.destroy()

    const records = readFileSync(log, 'utf8').trim().split('\n')
    const statuses = records.map(line => (JSON.parse(line) as { status: string }).status)
    expect(statuses).toHaveLength(203)
    expect(statuses.filter(status => status === 'completed')).toHaveLength(finished)
    expect(statuses.filter(status => status === 'failed')).toHaveLength(203 - finished)
  }, 40_000)

  it('tells load balancers before it stops accepting, where SHUTDOWN_DELAY_MS says so, and still answers', async () => {
    await using gateway = await runGateway({ SHUTDOWN_DELAY_MS: '60000' })
    gateway.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${gateway.url}/api/v1/health`)).status).toBe(503)
    const answer = await fetch(`${gateway.url}/api/v1/health`)
    expect(answer.headers.get('connection')).toBe('close')
    expect(await answer.json()).toMatchObject({ status: 'draining' })
    // Whoever kills what is not alive must not kill what is draining.
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200)
    const chat = await postChat(`${gateway.url}/v1/chat/completions`)
    expect([chat.status, chat.headers.get('connection')]).toEqual([200, 'close'])
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(1)
  })
})
