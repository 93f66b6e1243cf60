import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readContext } from '../src/read-context.ts'

const markdown = readFileSync(new URL('../../../../docs/deploy.md', import.meta.url), 'utf8')
const chapter = markdown.split(/^## /m).find(each => each.startsWith('alb:')) ?? ''

it('docs/deploy.md says each thing that the app may be told, and nothing else', () => {
  const asked: string[] = []
  readContext(name => {
    asked.push(name)
    return undefined
  })
  const said = [...chapter.matchAll(/-c (\w+)=/g)].map(([, name]) => name)
  expect(new Set(said)).toEqual(new Set(asked))
})
