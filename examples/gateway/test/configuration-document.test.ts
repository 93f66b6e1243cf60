import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { configOptions } from '../src/config/config-options.ts'
import { configSchema } from '../src/config/config-schema.ts'
import { configurationDocument } from '../src/config/configuration-document.ts'
import { variables } from '../src/config/variables.ts'

const committed = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')

it('docs/configuration.md is what the schema says (`pnpm run schema` writes it)', () => {
  expect(committed).toBe(configurationDocument())
})

it('has every option, with its type and an example, and every variable stands for an option that is there', () => {
  const paths = configOptions().map(({ path }) => path.join('.'))
  expect(new Set(paths).size).toBe(paths.length)
  for (const path of [
    'providers.<name>.region',
    'keys[].rateLimit.requestsPerMinute',
    'server.port',
    'routes.<name>.when[].if.tier',
  ]) {
    expect(paths).toContain(path)
  }
  for (const { path } of variables) {
    const option = path.map((step, at) => (path[at - 1] === 'tiers' ? '<name>' : step)).join('.')
    expect(paths).toContain(option)
  }
})

const target = 'openai/gpt-4o-mini'
const route = { targets: [{ target }], when: [{ if: { promptTokens: {} }, use: [{ target }] }] }
const kept = { type: 'bedrock', bucket: 'batches', roleArn: 'arn:aws:iam::123456789012:role/batches' }
const local = { type: 'openai-compatible', baseURL: 'http://127.0.0.1:8000/v1' }
const rest = {
  keys: [{}],
  prices: { name: { input: 1, longPrompt: { aboveTokens: 1, input: 1 } } },
  cors: { origins: ['https://app.example.com'] },
  bulkhead: { maxConcurrentCalls: 1 },
  routes: { name: route },
  batches: { providers: { name: kept } },
}
const url = 'https://catalogue.example.com/mcp'
const tool = { name: 'search_products' }
/** Configurations of which each option's place is in one: which members an object has goes by its type. */
const wholes: readonly object[] = [
  { ...rest, providers: { name: { type: 'bedrock', assumeRole: { roleArn: kept.roleArn } } } },
  { ...rest, providers: { name: local }, routes: { name: { ...route, when: [{ if: {}, use: [target] }] } } },
  { ...rest, store: { type: 'redis', url: 'redis://127.0.0.1' }, context: { server: { url }, tool } },
  { ...rest, store: { type: 'dynamodb', tableName: 'limits' }, context: { server: { command: 'node' }, tool } },
]

/** The same with a value at its place. */
function placed(whole: unknown, [step, ...steps]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  if (step.endsWith('[]')) {
    const name = step.slice(0, -2)
    const [first] = (whole as Record<string, unknown[]>)?.[name] ?? []
    return { ...(whole as object), [name]: [placed(first, steps, value)] }
  }
  const name = step === '<name>' ? 'name' : step
  return { ...(whole as object), [name]: placed((whole as Record<string, unknown>)?.[name], steps, value) }
}

const rows = [...committed.matchAll(/^\| `([^`]+)` \| .*`("[^"]+": .*)` \|$/gm)].map(
  ([, path = '', example = '']): [string, string] => [path, example.replaceAll('\\|', '|')],
)

it('shows every option once', () => {
  const paths = configOptions().map(({ path }) => path.join('.'))
  expect(rows.map(([path]) => path).toSorted()).toEqual(paths.toSorted())
})

it.each(rows)('shows %s by an example that the app takes: %s', (path, example) => {
  const [value] = Object.values(JSON.parse(`{${example}}`) as object)
  const faults = wholes.map(whole => configSchema.safeParse(placed(whole, path.split('.'), value)).error?.message)
  expect(faults).toContain(undefined)
})

it('names every variable that the app and its function read', () => {
  const root = join(import.meta.dirname, '..')
  const sources = globSync(['src/**/*.ts', 'infra/function/*.ts'], { cwd: root }).map(file =>
    readFileSync(join(root, file), 'utf8'),
  )
  const read = sources.flatMap(source =>
    [
      ...source.matchAll(
        /(?:environment|variables|env)\.([A-Z][A-Z_]{2,})\b|\b([A-Z][A-Z_]{2,}): \w+ \} = environment/g,
      ),
    ].map(([, member, taken]) => member ?? taken ?? ''),
  )
  expect(new Set(read).size).toBeGreaterThan(10)
  expect([...new Set(read)].filter(name => !committed.includes(`\`${name}\``))).toEqual([])
})
