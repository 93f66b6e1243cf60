import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { postChat, setFaults } from './chat-over-http.ts'
import { runGateway } from './run-gateway.ts'

const config = {
  routes: { one: ['openai/gpt-4o-mini'], other: ['openai/gpt-4o'] },
  coolDown: { throttledMs: 1_800_000, maxMs: 1_800_000 },
  bulkhead: { maxConcurrentCalls: 1 },
  retry: { enabled: false },
}

it('the gateway app leaves targets alone that throttle, or are full, as its file says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelgate-left-alone-'))
  const file = join(folder, 'modelgate.config.json')
  await writeFile(file, JSON.stringify(config))
  try {
    await using gateway = await runGateway({ MODELGATE_API_KEY: 'my-key', MODELGATE_CONFIG: file })
    await setFaults(gateway.listening.simulator, [
      { match: { model: 'gpt-4o-mini' }, fault: { kind: 'status', status: 429 } },
      { match: { model: 'gpt-4o' }, fault: { kind: 'delay', ms: 500 } },
    ])
    const ask = (model: string): Promise<Response> =>
      postChat(`${gateway.url}/v1/chat/completions`, { model }, { 'X-API-Key': 'my-key' })
    expect((await ask('one')).headers.get('retry-after')).toBe('1800')
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => ask('other')))).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
  } finally {
    await rm(folder, { recursive: true })
  }
})
