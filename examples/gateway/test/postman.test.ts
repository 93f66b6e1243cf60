import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../src/openapi/openapi-document.ts'
import { allStories, postmanCollection, postmanEnvironment } from '../src/postman/collection.ts'
import { toItem } from '../src/postman/collection-item.ts'
import { documentedRoutes } from '../src/server/app-routes.ts'

interface Item {
  readonly name: string
  readonly event: readonly { readonly listen: string; readonly script: { readonly exec: readonly string[] } }[]
  readonly request: { readonly method: string; readonly url: { readonly raw: string } }
}

const document = openApiDocument(documentedRoutes)
const collection = postmanCollection(document)
const items = collection.item.flatMap(folder => folder.item as readonly Item[])

function shipped(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../postman', name), 'utf8'))
}

describe('the Postman collection', () => {
  it.each([
    ['AI-Model-Gateway.postman_collection.json', collection],
    ['AI-Model-Gateway.postman_environment.json', postmanEnvironment()],
  ])('stands in the repository as it is generated: %s', (name, generated) => {
    expect(shipped(name)).toEqual(JSON.parse(JSON.stringify(generated)))
  })

  it('has at least 25 requests, each with tests of its status and more', () => {
    expect(items.length).toBeGreaterThanOrEqual(25)
    for (const { name, event } of items) {
      const lines = event.filter(({ listen }) => listen === 'test').flatMap(({ script }) => script.exec)
      expect(lines.filter(line => line.startsWith('pm.test(')).length, name).toBeGreaterThanOrEqual(2)
    }
  })

  it('asks every path that can be read, and every way of making a call', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { parameters = [] }] of Object.entries(operations)) {
        const needsName = parameters.some(parameter => parameter.in === 'path')
        const told = allStories.some(story => story.operationId === operations[method]!.operationId)
        if (method !== 'get' && !told) continue
        if (needsName && !told) continue
        const form = new RegExp(`^{{baseUrl}}(/v1)?${path.replace(/\{\w+\}/g, '.+')}(\\?.*)?$`)
        const asked = items.filter(
          ({ request }) => request.method === method.toUpperCase() && form.test(request.url.raw),
        )
        expect(asked.length, `${method} ${path}`).toBeGreaterThan(0)
      }
    }
  })

  it('tells no story of what the document does not have', () => {
    expect(() => toItem({ name: 'x', operationId: 'nothing', status: 200 }, document)).toThrow("'nothing'")
    const story = { name: 'x', operationId: 'createChatCompletion', example: 'none', status: 200 }
    expect(() => toItem(story, document)).toThrow("'none'")
  })

  it('uses no variable that neither its environment nor a request before it gives', () => {
    const given = (postmanEnvironment() as { values: { key: string }[] }).values.map(({ key }) => key)
    const text = JSON.stringify(collection)
    const set = [...text.matchAll(/collectionVariables\.set\('(\w+)'/g)].map(([, name]) => name!)
    const used = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!)
    expect([...new Set(used)].filter(name => ![...given, ...set].includes(name))).toEqual([])
  })
})
