import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readContext } from '../src/read-context.ts'
import { synthesised } from './synthesised.ts'

const markdown = readFileSync(new URL('../../../../docs/deploy.md', import.meta.url), 'utf8')
const { staging } = synthesised()
const chapter = markdown.split(/^## /m).find(each => each.startsWith('lambda:')) ?? ''

it('docs/deploy.md says each thing that the app may be told, and nothing else', () => {
  const asked: string[] = []
  readContext(name => {
    asked.push(name)
    return undefined
  }, {})
  const said = [...chapter.matchAll(/-c (\w+)=/g)].map(([, name]) => name)
  expect(new Set(said)).toEqual(new Set(asked))
})

it('names outputs that the stacks have', () => {
  const { Outputs = {} } = staging.toJSON() as { readonly Outputs?: object }
  const named = [...chapter.matchAll(/"ai-gateway-lambda-staging"\.(\w+)|output `(\w+)`/g)].map(
    found => found[1] ?? found[2],
  )
  expect(named).toContain('CloudFrontName')
  for (const name of named) expect(Object.keys(Outputs)).toContain(name)
})
