import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { configOptions } from '../src/config/config-options.ts'
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
