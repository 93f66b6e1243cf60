import { readFileSync, renameSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { postChat, setFaults } from './chat-over-http.ts'
import { runGateway, temporaryFile } from './run-gateway.ts'

function linesOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown)
}

describe('the request log', () => {
  it('holds one JSON object for each settled call, failures and streams included, and no prompt, answer or key', async () => {
    const file = temporaryFile('calls.jsonl')
    await using gateway = await runGateway({ REQUEST_LOG: `file:${file}`, MODELGATE_API_KEY: 'my-gateway-key' })
    const path = `${gateway.url}/v1/chat/completions`
    const headers = { 'X-API-Key': 'my-gateway-key', 'x-request-id': 'first' }
    await (await postChat(path, { messages: [{ role: 'user', content: 'a-private-prompt' }] }, headers)).text()
    await (await postChat(path, { model: 'fast', stream: true }, { ...headers, 'x-request-id': 'second' })).text()
    await setFaults(gateway.listening.simulator, [{ fault: { kind: 'status', status: 500 } }])
    await (await postChat(path, { model: 'fast' }, { ...headers, 'x-request-id': 'third' })).text()
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)

    const written = readFileSync(file, 'utf8')
    expect(written).not.toMatch(/a-private-prompt|You asked|my-gateway-key|sk-/)
    const caller = { userId: 'operator', tenant: 'operator', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) }
    expect(linesOf(written)).toMatchObject([
      {
        ...caller,
        requestId: 'first',
        route: 'gpt-4',
        model: 'gpt-4',
        responseModel: 'gpt-4',
        provider: 'openai',
        target: 'openai/gpt-4',
        status: 'completed',
        errorCode: null,
        finishReason: 'stop',
        stream: false,
        tokens: expect.any(Number),
        usageSource: 'reported',
        latency: expect.any(Number),
        attempts: [{ target: 'openai/gpt-4', code: '200', durationMs: expect.any(Number) }],
      },
      { ...caller, requestId: 'second', route: 'fast', stream: true, firstFrameMs: expect.any(Number) },
      {
        ...caller,
        requestId: 'third',
        status: 'failed',
        errorCode: 'upstream_unavailable',
        // Both were asked, and then the first one again.
        attempts: [
          { target: 'openai/gpt-4o-mini' },
          { target: 'bedrock/amazon.nova-lite-v1:0' },
          { target: 'openai/gpt-4o-mini' },
        ],
      },
    ])
  })

  it('goes on in a new file when the old one was moved away', async () => {
    const file = temporaryFile('calls.jsonl')
    const config = temporaryFile('modelgate.json', JSON.stringify({ requestLog: `file:${file}` }))
    await using gateway = await runGateway({ MODELGATE_CONFIG: config })
    await (await postChat(`${gateway.url}/api/v1/completions`)).text()
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('\n')
    renameSync(file, `${file}.1`)
    await (await postChat(`${gateway.url}/api/v1/completions`)).text()
    gateway.kill('SIGINT')
    expect(await gateway.exited).toBe(0)
    expect(linesOf(readFileSync(file, 'utf8'))).toHaveLength(1)
  })

  it('holds prompts and answers where the configuration asks for them, without the secrets in them', async () => {
    const config = temporaryFile('modelgate.json', JSON.stringify({ logContent: { maxChars: 100 } }))
    await using gateway = await runGateway({ MODELGATE_CONFIG: config, REQUEST_LOG: 'stdout' })
    const messages = [{ role: 'user', content: 'Mail ann@example.com my key sk-test123456789abcdef' }]
    await (await postChat(`${gateway.url}/api/v1/completions`, { messages })).text()
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    const [, record] = linesOf(gateway.stdout())
    expect(record).toMatchObject({ prompt: 'user: Mail [redacted] my key [redacted]', completion: expect.any(String) })
    expect(gateway.stdout()).not.toMatch(/ann@|sk-test/)
  })

  it('stands on standard output after the listening line', async () => {
    await using gateway = await runGateway({ REQUEST_LOG: 'stdout' })
    await (await postChat(`${gateway.url}/api/v1/completions`)).text()
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    expect(linesOf(gateway.stdout())).toMatchObject([{ msg: 'listening' }, { route: 'gpt-4', status: 'completed' }])
  })
})
