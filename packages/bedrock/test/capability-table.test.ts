import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { capabilityTable } from '../scripts/capability-table.ts'
import { modelFamilies } from '../src/models/models.ts'

const root = join(import.meta.dirname, '../../..')
const args = ['-C', 'modelgate-source', join(root, 'packages/bedrock/scripts/models.ts')]

describe('the table of capabilities', () => {
  const [head = '', ...rows] = capabilityTable(modelFamilies)

  it('has a row for each family, and its columns in line', () => {
    expect(rows.map(row => row.split('*')[0])).toEqual(modelFamilies.map(({ prefix }) => prefix))
    const at = head.indexOf('images')
    for (const row of rows) expect(row.slice(at - 2, at)).toBe('  ')
    for (const row of rows) expect(row.slice(at)).toMatch(/^(-|1|8|100|600|any)\s/)
  })

  it('says what a family takes', () => {
    const cells = (word: string) => capabilityTable(modelFamilies, [word])[1]?.split(/ {2,}/)
    expect(cells('titan-text-premier')).toEqual(
      'amazon.titan-text-premier*|Titan Text Premier|-|-|-|-|words|-|-|-|-|-|-|all|2500|-|-|any'.split('|'),
    )
    expect(cells('llama3-1')?.slice(1, 4)).toEqual(['Llama 3.1', 'yes', 'whole'])
    expect(cells('palmyra-x5')?.at(-1)).toBe('calls and results alone, no result status')
  })

  it('says how a schema is asked for and how long a prompt is cached, of all models of a family', () => {
    const [titles = '', ...families] = capabilityTable(modelFamilies).map(row => row.split(/ {2,}/))
    const of = (prefix: string, title: string) =>
      families.find(([ids]) => ids === `${prefix}*`)?.[titles.indexOf(title)]
    expect(of('anthropic.claude-sonnet-4-5', 'json')).toBe('native')
    expect(of('anthropic.claude-3-5-haiku', 'json')).toBe('tool')
    expect(of('meta.llama3-8b', 'json')).toBe('words')
    expect(of('mistral.', 'json')).toBe('tool native')
    expect(of('anthropic.claude-sonnet-4-5', 'caches')).toBe('1h')
    expect(of('anthropic.claude-3-5-haiku', 'caches')).toBe('5m')
    expect(of('meta.llama3-8b', 'caches')).toBe('-')
  })

  it('has the rows that hold all of the words, of prefix or name, in any case', () => {
    const some = capabilityTable(modelFamilies, ['CLAUDE', '4-5']).slice(1)
    expect(some).toHaveLength(3)
    expect(capabilityTable(modelFamilies, ['nova', 'omni']).slice(1)).toHaveLength(1)
    expect(capabilityTable(modelFamilies, ['hologram'])).toHaveLength(1)
  })
})

describe('the program', () => {
  it('prints it', () => {
    const printed = execFileSync(process.execPath, [...args, 'nova'], { encoding: 'utf8' })
    expect(printed.trimEnd().split('\n')).toEqual(capabilityTable(modelFamilies, ['nova']))
  })

  it('says where no family has the words', () => {
    const { status, stderr } = spawnSync(process.execPath, [...args, 'hologram'], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('hologram')])
  })
})
