import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { startSimulator } from '@modelgate/simulator'
import { describe, expect, it } from 'vitest'
import { postChat, setFaults } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { type Running, runGateway, temporaryFile } from './run-gateway.ts'

const stalling = { fault: { kind: 'stall', afterFrames: 2 } }

/** An answer of which the first bytes have come. */
async function openStream(gateway: Running, key?: string): Promise<{ rest(): Promise<string> }> {
  const headers = key === undefined ? {} : { 'X-API-Key': key }
  const answer = await postChat(`${gateway.url}/v1/chat/completions`, { model: 'openai/gpt-4o', stream: true }, headers)
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  const first = await reader.read()
  let text = first.value ?? ''
  return {
    async rest() {
      for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value
      return text
    },
  }
}

async function refusesConnections(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    () => false,
    () => true,
  )
}

describe('SIGTERM', () => {
  it('lets an open stream end, takes nothing new, and exits with 0', async () => {
    await using simulator = await startSimulator({ frameDelayMs: 25 })
    const config = {
      providers: { openai: { type: 'openai', baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey } },
      keys: [{ key: 'team-key-1' }],
    }
    const file = temporaryFile('modelgate.json', JSON.stringify(config))
    await using gateway = await runGateway({ MODELGATE_CONFIG: file })
    const stream = await openStream(gateway, 'team-key-1')
    gateway.kill('SIGTERM')
    await expect.poll(() => refusesConnections(gateway.url)).toBe(true)
    const text = await stream.rest()
    expect(text).toContain('"finish_reason":"stop"')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(await gateway.exited).toBe(0)
  })

  it('ends what is still open after SHUTDOWN_GRACE_MS with an error in the stream, and exits with 0', async () => {
    await using gateway = await runGateway({ SHUTDOWN_GRACE_MS: '100' })
    await setFaults(gateway.listening.simulator, [stalling])
    const stream = await openStream(gateway)
    gateway.kill('SIGTERM')
    const text = await stream.rest()
    expect(text).toContain('"code":"shutting_down"')
    expect(text).not.toContain('[DONE]')
    expect(await gateway.exited).toBe(0)
  })

  it('gives the last records and counts what open calls did not need of SHUTDOWN_GRACE_MS', async () => {
    const written: string[] = []
    const tables = createServer((request, answer) => {
      const after = setTimeout(() => {
        written.push(String(request.headers['x-amz-target']))
        answer.setHeader('content-type', 'application/x-amz-json-1.0').end('{}')
      }, 800)
      answer.on('close', () => clearTimeout(after))
    })
    await once(tables.listen(0, '127.0.0.1'), 'listening')
    await using gateway = await runGateway({
      SHUTDOWN_GRACE_MS: '5000',
      REQUEST_LOG: 'dynamodb',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(tables.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
    })
    expect((await postChat(`${gateway.url}/v1/chat/completions`, {})).status).toBe(200)
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    expect(gateway.stderr()).not.toContain('Not everything could be closed')
    expect(written.map(name => name.replace(/.*\./, ''))).toEqual(['BatchWriteItem', 'PutItem'])
    tables.close()
  })

  it('exits with 1 at once when it comes again', async () => {
    await using gateway = await runGateway()
    await setFaults(gateway.listening.simulator, [stalling])
    const stream = await openStream(gateway)
    gateway.kill('SIGTERM')
    await expect.poll(() => refusesConnections(gateway.url)).toBe(true)
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(1)
    await expect(stream.rest()).rejects.toThrow()
  })

  it('does not wait for connections that idle, or that were opened ahead of a request', async () => {
    await using gateway = await runGateway()
    const ahead = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    await once(ahead, 'connect')
    await (await fetch(`${gateway.url}/health`)).text()
    const startedAt = performance.now()
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(1_500)
    ahead.destroy()
  })
})
