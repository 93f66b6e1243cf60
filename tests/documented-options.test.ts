import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const packages = ['core', 'bedrock', 'openai', 'aws', 'mcp-context', 'simulator']

/** Options of who builds providers, gateways and layers of their own, whose docstrings are their document. */
const builders = /^(?:ChatOver|CostMeter|Resilience|Router|BytesBatch|BatchCall|GatewayError|Search)Options$/
/** Clocks and chances, which tests set. */
const testers = new Set(['now', 'random', 'pause'])

const documents = globSync('docs/*.md', { cwd: root }).map(read).join('\n')

/** `Interface.member` of the options that a package exports. */
function optionsOf(name: string): string[] {
  const entries = globSync(`packages/${name}/src/{index,node,undici,redis,opentelemetry,*/index}.ts`, { cwd: root })
  const exported = new Set(entries.flatMap(entry => read(entry).match(/\b\w+Options\b/g) ?? []))
  return globSync(`packages/${name}/src/**/*.ts`, { cwd: root }).flatMap(file => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
    return source.statements
      .filter(ts.isInterfaceDeclaration)
      .filter(({ name: { text } }) => exported.has(text) && text.endsWith('Options') && !builders.test(text))
      .flatMap(({ name: { text }, members }) => members.map(member => `${text}.${member.name?.getText()}`))
  })
}

describe('the options of a package', () => {
  it.each(packages)('%s are all named in its README, or in the documents', name => {
    const text = `${read(`packages/${name}/README.md`)}\n${documents}`
    const options = optionsOf(name)
    expect(options.length).toBeGreaterThan(3)
    const untold = options.filter(option => {
      const [, member = ''] = option.split('.')
      return !testers.has(member) && !new RegExp(`\\b${member}\\b`).test(text)
    })
    expect(untold).toEqual([])
  })
})
