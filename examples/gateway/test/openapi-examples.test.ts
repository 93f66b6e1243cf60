import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startApp } from '../src/start-app.ts'
import { documentsKey } from './chat-over-http.ts'
import { documentedFetch } from './documented-fetch.ts'

interface Body {
  readonly content: {
    readonly 'application/json': { readonly examples?: Readonly<Record<string, { value: unknown }>> }
  }
}
interface Published {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: Body } }>>
}

const published = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi.json'), 'utf8')) as Published

const examples = Object.entries(published.paths).flatMap(([path, { post }]) =>
  Object.entries(post?.requestBody?.content['application/json'].examples ?? {}).map(
    ([name, { value }]) => [path, name, value] as const,
  ),
)

it('every body that the document shows is answered by the app as it starts with nothing configured', async () => {
  const app = await startApp({ PORT: '0' }, () => {})
  const headers = { authorization: `Bearer ${documentsKey}`, 'content-type': 'application/json' }
  const refused: string[] = []
  for (const [path, name, value] of examples) {
    const answer = await documentedFetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(value) })
    const text = await answer.text()
    if (!answer.ok) refused.push(`${path} ${name}: ${text}`)
  }
  expect(examples.length).toBeGreaterThan(8)
  expect(refused).toEqual([])
  await app.close()
})
