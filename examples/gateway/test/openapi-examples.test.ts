import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startApp } from '../src/start-app.ts'
import { demoKey } from './chat-over-http.ts'
import { documentedFetch } from './documented-fetch.ts'
import { temporaryFile } from './run-gateway.ts'

interface Body {
  readonly content: {
    readonly 'application/json'?: { readonly examples?: Readonly<Record<string, { value: unknown }>> }
  }
}
interface Published {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: Body } }>>
}

const published = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi.json'), 'utf8')) as Published

const examples = Object.entries(published.paths).flatMap(([path, { post }]) =>
  Object.entries(post?.requestBody?.content['application/json']?.examples ?? {}).map(
    ([name, { value }]) => [path, name, value] as const,
  ),
)

/** What is to be there for a batch: a file, by whose id the example's is replaced. */
async function uploaded(url: string): Promise<string> {
  const body = { model: 'bedrock/amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'Hello' }] }
  const line = { custom_id: 'r', method: 'POST', url: '/v1/chat/completions', body }
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new File([JSON.stringify(line)], 'b.jsonl'))
  const headers = { authorization: `Bearer ${demoKey}` }
  const answer = await documentedFetch(`${url}/v1/files`, { method: 'POST', headers, body: form })
  return ((await answer.json()) as { id: string }).id
}

it('every body that the document shows is answered by the app as it starts with nothing configured but batches', async () => {
  const bedrock = {
    type: 'bedrock',
    bucket: 'batches',
    roleArn: 'arn:aws:iam::123456789012:role/b',
    smallBatches: 'run',
  }
  const config = JSON.stringify({ batches: { providers: { bedrock } } })
  const app = await startApp({ PORT: '0', MODELGATE_CONFIG: temporaryFile('batches.json', config) }, () => {})
  const fileId = await uploaded(app.url)
  const headers = { authorization: `Bearer ${demoKey}`, 'content-type': 'application/json' }
  const refused: string[] = []
  for (const [path, name, value] of examples) {
    const answer = await documentedFetch(app.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(value).replace('file-abc', fileId),
    })
    const text = await answer.text()
    if (!answer.ok) refused.push(`${path} ${name}: ${text}`)
  }
  expect(examples.length).toBeGreaterThan(8)
  expect(refused).toEqual([])
  await app.close()
})
