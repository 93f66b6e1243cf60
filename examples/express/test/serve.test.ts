import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { startSimulator } from '@modelgate/simulator'
import { afterEach, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'
import { type Service, serve } from '../src/serve.ts'

const headers = { 'content-type': 'application/json', authorization: 'Bearer sk' }
const drains: Promise<void>[] = []
afterEach(() => Promise.all(drains.splice(0)))

/** The service before a model that waits for `gate` in the middle of its answer. */
async function opened(gate: Promise<void>): Promise<Service> {
  const gateway = createGateway({
    providers: [scriptedProvider('us', ['Hel', gate, 'lo'])],
    auth: apiKeys(memoryKeyStore([{ key: 'sk' }])),
  })
  return serve(isDraining => createApp(gateway, { isDraining }), { gateway, host: '127.0.0.1', port: 0 })
}

/** A stream of which the first content has come. */
async function begun({ url }: Pick<Service, 'url'>, model: string): Promise<{ rest(): Promise<string> }> {
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Count to 100' }] })
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
  const pieces = answer.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let text = ''
  while (!text.includes('"content":"')) {
    const { done, value = '' } = await pieces.next()
    if (done) throw new Error(`The stream ended without content: ${text}`)
    text += value
  }
  return {
    async rest() {
      for (let step = await pieces.next(); !step.done; step = await pieces.next()) text += step.value
      return text
    },
  }
}

describe('serving', () => {
  it('keeps connections longer than a load balancer does', async () => {
    const service = await opened(Promise.resolve())
    drains.push(service.drain({ graceMs: 0 }))
    expect(service.server.keepAliveTimeout).toBeGreaterThan(60_000)
    expect(service.server.headersTimeout).toBeGreaterThan(service.server.keepAliveTimeout)
  })
})

describe('draining', () => {
  it('lets a stream end whole, and takes nobody in meanwhile', async () => {
    const gate = Promise.withResolvers<void>()
    const service = await opened(gate.promise)
    const stream = await begun(service, 'us/model')
    const drained = service.drain({ graceMs: 600_000 })
    await expect.poll(() => fetch(`${service.url}/health`).catch(() => 'refused'), { timeout: 10_000 }).toBe('refused')
    gate.resolve()
    expect(await stream.rest()).toMatch(/"lo"[\s\S]*data: \[DONE\]\n\n$/)
    await drained
  })

  it.each(['after its time', 'when it is asked again'])(
    'ends what does not end by itself with an error that says so, %s',
    async when => {
      const service = await opened(new Promise(() => {}))
      const stream = await begun(service, 'us/model')
      const hurry = AbortSignal.abort()
      await service.drain(when === 'after its time' ? { graceMs: 1 } : { graceMs: 600_000, hurry })
      const text = await stream.rest()
      expect(text).toMatch(/data: \{"error":[^\n]*\n\n$/)
      expect(text).not.toContain('[DONE]')
    },
  )

  it('is told by /health while it still accepts, on answers that are the last of their connections', async () => {
    const service = await opened(Promise.resolve())
    const hurry = new AbortController()
    drains.push(service.drain({ delayMs: 600_000, graceMs: 600_000, hurry: hurry.signal }))
    const answer = await fetch(`${service.url}/health`)
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close'])
    hurry.abort()
  })

  it('waits for no connection that nobody uses', async () => {
    const service = await opened(Promise.resolve())
    const idle = net.connect(Number(new URL(service.url).port), '127.0.0.1')
    await once(idle, 'connect')
    const closed = once(idle, 'close')
    await service.drain({ graceMs: 60_000 })
    await closed
  })
})

describe('the process', () => {
  const start = (environment: Record<string, string>) =>
    spawn(process.execPath, ['-C', 'modelgate-source', join(import.meta.dirname, '../src/server.ts')], {
      env: { PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  it('does not start without a key', async () => {
    const child = start({})
    const [said] = (await once(createInterface(child.stderr), 'line')) as [string]
    expect(said).toContain('Set MODELGATE_API_KEY')
    expect((await once(child, 'exit'))[0]).toBe(2)
  })

  it('streams to the end at SIGTERM, and then ends', async () => {
    await using simulator = await startSimulator({ frameDelayMs: 5 })
    const child = start({
      MODELGATE_API_KEY: 'sk',
      OPENAI_BASE_URL: simulator.openaiBaseUrl,
      OPENAI_API_KEY: simulator.openaiKey,
      MOUNT_PATH: '/',
    })
    const ended = once(child, 'exit')
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const stream = await begun({ url: line.replace('Listening on ', '') }, 'openai/gpt-4o-mini')
    child.kill('SIGTERM')
    expect(await stream.rest()).toMatch(/data: \[DONE\]\n\n$/)
    expect(await ended).toEqual([0, null])
  })
})
