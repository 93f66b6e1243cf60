import OpenAI, { toFile } from 'openai'
import { describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/start-app.ts'
import { documentedFetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

const completions = { endpoint: '/v1/chat/completions', completion_window: '24h' } as const
const roleArn = 'arn:aws:iam::123456789012:role/batches'
const kept = { type: 'bedrock', bucket: 'batches', roleArn }

function start(batches: object, more: object = {}): Promise<App> {
  const keys = [
    { key: 'key-of-ann', tenant: 'a', tier: 'enterprise' },
    { key: 'key-of-bob', tenant: 'b', tier: 'enterprise' },
  ]
  const config = { routes: { bulk: ['bedrock/amazon.nova-lite-v1:0'] }, keys, batches, ...more }
  const MODELGATE_CONFIG = temporaryFile('modelgate.json', JSON.stringify(config))
  return startApp({ PORT: '0', MODELGATE_CONFIG }, () => {})
}

async function upload(client: OpenAI, count: number) {
  const lines = Array.from({ length: count }, (_, index) => {
    const body = { model: 'bulk', messages: [{ role: 'user', content: `Say exactly: ${index}` }] }
    return JSON.stringify({ custom_id: `r${index}`, method: 'POST', url: '/v1/chat/completions', body })
  })
  return client.files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'b.jsonl'), purpose: 'batch' })
}

async function ended(client: OpenAI, id: string) {
  await expect.poll(async () => (await client.batches.retrieve(id)).status, { timeout: 10_000 }).toBe('completed')
  return client.batches.retrieve(id)
}

describe('batches of the gateway app', () => {
  it('are run as jobs of Bedrock, or by itself where they are small, behind the stage, too', async () => {
    const app = await start({ providers: { bedrock: { ...kept, smallBatches: 'run' } } })
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'key-of-ann', maxRetries: 0, fetch: documentedFetch })
    for (const count of [100, 3]) {
      const { id } = await upload(client, count)
      const batch = await ended(client, (await client.batches.create({ ...completions, input_file_id: id })).id)
      expect(batch).toMatchObject({ model: 'bulk', request_counts: { total: count, completed: count, failed: 0 } })
      const output = await (await client.files.content(batch.output_file_id!)).text()
      expect(output.trim().split('\n')).toHaveLength(count)
    }
    const staged = new OpenAI({ baseURL: `${app.url}/v1/v1`, apiKey: 'key-of-bob', maxRetries: 0 })
    const { id } = await upload(staged, 2)
    expect((await staged.files.list()).data.map(file => file.id)).toEqual([id])
    await expect(client.files.retrieve(id)).rejects.toMatchObject({ status: 404 })
    await app.close()
  })

  it('are OpenAI’s own for its models, beside Bedrock’s', async () => {
    const app = await start(
      { providers: { bedrock: kept, openai: { type: 'openai' } } },
      { routes: { bulk: ['openai/gpt-4o-mini'] } },
    )
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'key-of-ann', maxRetries: 0 })
    const { id } = await upload(client, 2)
    expect(id).toMatch(/^file-\w+$/)
    const batch = await ended(client, (await client.batches.create({ ...completions, input_file_id: id })).id)
    expect((await (await client.files.content(batch.output_file_id!)).text()).trim().split('\n')).toHaveLength(2)
    await app.close()
  })

  it('are not there without a configuration for them, nor where their provider is switched off', async () => {
    const app = await start(
      { providers: { bedrock: kept } },
      {
        routes: { bulk: ['openai/gpt-4o-mini'] },
        features: { bedrockProvider: false },
      },
    )
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'key-of-ann', maxRetries: 0 })
    await expect(client.files.list()).rejects.toMatchObject({ status: 404 })
    await app.close()
  })

  it.each([
    [{ providers: { bedrock: { type: 'bedrock', bucket: 'batches' } } }, /batches\.providers\.bedrock\.roleArn/],
    [{ providers: { bedrock: { ...kept, bucket: 'NO' } } }, /bucket[^\n]*'NO'/],
    [{ providers: { eu: kept } }, /'eu' is not a provider here; known are bedrock, openai/],
  ])('configured as %j are a fault', async (batches, words) => {
    await expect(start(batches)).rejects.toThrow(words)
  })
})
