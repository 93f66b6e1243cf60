import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/settings.ts'

const read = (variables: Record<string, string> = {}) => readSettings({ MODELGATE_API_KEY: 'k', ...variables })
const names = ['PORT', 'HOST', 'MOUNT_PATH', 'TRUST_PROXY', 'SHUTDOWN_DELAY_MS', 'SHUTDOWN_GRACE_MS', 'AWS_REGION']

describe('the environment of the Express service', () => {
  it('has the defaults of the README, where a variable is not set or is set to nothing', () => {
    const defaults = {
      apiKey: 'k',
      region: undefined,
      openaiApiKey: undefined,
      host: '127.0.0.1',
      port: 3000,
      mountPath: '/',
      trustProxy: 0,
      delayMs: 0,
      graceMs: 30_000,
    }
    expect(read()).toEqual(defaults)
    expect(read(Object.fromEntries(names.map(name => [name, ''])))).toEqual(defaults)
    const readme = readFileSync(`${import.meta.dirname}/../README.md`, 'utf8')
    for (const told of [
      '| `HOST`, `PORT` | `127.0.0.1`, `3000` |',
      '| `MOUNT_PATH` | `/` |',
      '| `TRUST_PROXY` | `0` |',
      '| `SHUTDOWN_DELAY_MS` | `0` |',
      '| `SHUTDOWN_GRACE_MS` | `30000` |',
    ]) {
      expect(readme).toContain(told)
    }
  })

  it.each([
    [{ MODELGATE_API_KEY: '' }, /^Set MODELGATE_API_KEY to the key/],
    [{ PORT: '3000x' }, /^PORT: must be a whole number from 0 to 65535, got '3000x'\.$/],
    [{ TRUST_PROXY: 'yes' }, /^TRUST_PROXY: must be a whole number from 0 to 32/],
    [{ SHUTDOWN_GRACE_MS: '30s' }, /^SHUTDOWN_GRACE_MS: must be a whole number/],
    [{ MOUNT_PATH: 'llm' }, /^MOUNT_PATH: must begin with '\/', as \/llm does, got 'llm'\.$/],
  ])('refuses %j', (variables, fault) => {
    expect(() => read(variables)).toThrow(fault)
  })
})
