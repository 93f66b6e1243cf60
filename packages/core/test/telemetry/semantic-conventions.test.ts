import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { describe, expect, it } from 'vitest'
import { attributeNames, metricNames, semanticConventionsVersion } from '../../src/telemetry/semantic-conventions.ts'

const published: ReadonlySet<unknown> = new Set(Object.values(conventions))

describe('the names of telemetry', () => {
  it('are those of the release that they say', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
    expect(devDependencies['@opentelemetry/semantic-conventions']).toBe(semanticConventionsVersion)
  })

  it('are the conventions’ own, or ours by their first word', () => {
    const names = [...Object.values(attributeNames), ...Object.values(metricNames).map(({ name }) => name)]
    expect(names.filter(name => !name.startsWith('modelgate.') && !published.has(name))).toEqual([])
  })
})
