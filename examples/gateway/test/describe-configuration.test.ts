import { describe, expect, it } from 'vitest'
import { sourceAt } from '../src/config/configuration.ts'
import { describeConfiguration } from '../src/config/describe-configuration.ts'
import { planStart } from '../src/plan.ts'
import { temporaryFile } from './run-gateway.ts'

const canary = 'canary-9f2c'
const file = temporaryFile(
  'c.json',
  `{ "providers": { "a": { "type": "openai-compatible", "baseURL": "https://h.test/v1?key=${canary}", "apiKey": "${canary}" } },
"routes": { "fast": ["a/x"] }, "store": { "type": "redis", "url": "redis://u:${canary}@r.test" },
"keys": [{ "key": { "secret": "env:TEAM" }, "tier": "free" }, { "keyHash": "${'ab'.repeat(32)}" }] }`,
)
const environment = { MODELGATE_CONFIG: file, TEAM: canary, MODELGATE_API_KEY: canary, TRUST_PROXY: '1' }

describe('describing a configuration', () => {
  const plan = planStart(environment, { parameters: { OPENAI_API_KEY: canary }, code: { maxAttempts: 2 } })
  const described = describeConfiguration(plan)
  const at = (path: string) => described.find(each => each.path === path)

  it('gives each value with where it comes from', () => {
    expect(at('routes.fast[0]')).toEqual({
      path: 'routes.fast[0]',
      value: 'a/x',
      source: { kind: 'file', place: `${file}:2:13` },
    })
    expect(at('trustProxy')).toMatchObject({ value: 1, source: { kind: 'environment', name: 'TRUST_PROXY' } })
    expect(at('openaiApiKey')).toMatchObject({
      value: '[redacted]',
      source: { kind: 'parameter', name: 'OPENAI_API_KEY' },
    })
    expect(at('maxAttempts')).toMatchObject({ value: 2, source: { kind: 'code' } })
    expect(at('circuitBreaker.failureThreshold')).toMatchObject({ value: 5, source: { kind: 'default' } })
    expect(at('server.port')).toMatchObject({ value: 3000, source: { kind: 'default' } })
    expect(at('keys[0].tier')).toMatchObject({ value: 'free', source: { kind: 'file' } })
    expect(sourceAt(plan.sources, 'keys[1]')).toMatchObject({ kind: 'file' })
    expect(sourceAt(plan.sources, 'retry.baseDelayMs')).toEqual({ kind: 'default' })
  })

  it('shows an address as it is where nothing has to be left out, and what is only called `secret`', () => {
    const secret = { routes: { secret: ['openai/gpt-4o'] }, cors: { origins: ['https://app.example.com'] } }
    const named = planStart(
      { MODELGATE_CONFIG: temporaryFile('named.json', JSON.stringify(secret)) },
      { code: { routes: { other: ['openai/gpt-4o-mini'] } } },
    )
    expect(describeConfiguration(named)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'routes.secret[0]', value: 'openai/gpt-4o' }),
        expect.objectContaining({ path: 'routes.other[0]', value: 'openai/gpt-4o-mini' }),
        expect.objectContaining({ path: 'cors.origins[0]', value: 'https://app.example.com' }),
      ]),
    )
  })

  it('shows no secret, no hash of one, and of addresses no query', () => {
    expect(JSON.stringify(described)).not.toMatch(new RegExp(`${canary}|abab`))
    for (const path of ['apiKey', 'providers.a.apiKey', 'keys[0].key', 'keys[1].keyHash', 'store.url']) {
      expect(at(path)?.value).toBe('[redacted]')
    }
    expect(at('providers.a.baseURL')?.value).toBe('https://h.test/v1')
  })
})
