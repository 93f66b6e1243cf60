import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runDrillCommand } from '../src/cli/run-drill-command.ts'
import { temporaryFile } from './run-gateway.ts'

/** Runs the command and keeps what it says. */
async function drill(args: readonly string[], environment: Record<string, string> = {}) {
  const printed: string[] = []
  const told: string[] = []
  let nowMs = 0
  const code = await runDrillCommand(args, {
    environment,
    print: line => printed.push(line),
    tell: line => told.push(line),
    // Each look at the clock finds it a second later.
    now: () => {
      nowMs += 1_000
      return nowMs
    },
  })
  return { code, printed: printed.join('\n'), told: told.join('\n') }
}

function servers(): number {
  return process.getActiveResourcesInfo().filter(resource => resource === 'TCPServerWrap').length
}

function fileOf(contents: object): Record<string, string> {
  return { MODELGATE_CONFIG: temporaryFile('modelgate.json', JSON.stringify(contents)) }
}

describe('pnpm drill', () => {
  it('drills the demo where no file is named, prints a table and exits with 0', async () => {
    const { code, printed, told } = await drill(['--story', 'all-well', '--story', 'all-dead'])
    expect(code).toBe(0)
    const lines = printed.split('\n').map(line => line.replace(/ +/g, ' '))
    expect(lines).toEqual([
      '| story | route | client saw | ms | upstream calls | US$ | verdict |',
      expect.stringMatching(/^(\| -+ ){7}\|$/),
      expect.stringMatching(
        /^\| all-well \| fast \| whole answer \| \d+ \| openai\/gpt-4o-mini ×1 \| 0\.0000\d+ \| ok \|$/,
      ),
      expect.stringMatching(/^\| all-dead \| fast \| 502 upstream_unavailable \| \d+ \| [^|]+ ×[^|]+ \| – \| ok \|$/),
      expect.stringMatching(/^\| all-well \| smart \| whole answer \|/),
      expect.stringMatching(/^\| all-dead \| smart \| 502 upstream_unavailable \|/),
    ])
    expect(told).toContain('Drilling the demo, as MODELGATE_CONFIG is not set')
    expect(told).toContain('of 4 rows; now')
    expect(told).toMatch(/4 rows, all ok\.$/)
  })

  it('needs no secret that the file names, sends none, and touches no store or log of the file', async () => {
    const log = temporaryFile('requests.log')
    const environment = fileOf({
      providers: {
        openai: { type: 'openai', baseURL: 'http://127.0.0.1:9/v1', apiKey: { secret: 'env:LACKING_KEY' } },
        ours: { type: 'openai-compatible', baseURL: 'http://127.0.0.1:9/v1', apiKey: { secret: 'env:GIVEN_KEY' } },
      },
      routes: { fast: ['openai/gpt-4o-mini', 'ours/llama'] },
      keys: [{ key: { secret: 'env:TEAM_KEY' }, tier: 'free' }],
      store: { type: 'redis', url: { secret: 'env:LIMITS_URL' } },
      requestLog: `file:${log}`,
    })
    const args = ['--json', '--story', 'first-500', '--story', 'rate-limit']
    const { code, printed, told } = await drill(args, { ...environment, GIVEN_KEY: 'sk-given-and-never-sent' })
    expect({ code, told }).toMatchObject({ code: 0 })
    const { ok, rows, standIns } = JSON.parse(printed)
    expect([ok, standIns]).toEqual([true, { 'ours/llama': 'gpt-4o-mini' }])
    expect(rows).toMatchObject([
      {
        story: 'first-500',
        saw: 'whole answer',
        upstreamCalls: { 'openai/gpt-4o-mini': 1, 'ours/llama': 1 },
        ok: true,
      },
      { story: 'rate-limit', means: "key 'key-1': 10 requests", ok: true },
    ])
    for (const said of [
      'counted in memory',
      'LACKING_KEY, TEAM_KEY, LIMITS_URL',
      'has no ours/llama',
      'nothing is written',
    ])
      expect(told).toContain(said)
    expect(printed + told).not.toContain('sk-given')
    expect(existsSync(log)).toBe(false)
  })

  it.each([
    [['--story', 'fire'], {}, /^--story: 'fire' is none; there are all-well, .*token-limit\.$/],
    [['--route', 'slow'], {}, /^--route: 'slow' is none here; there are fast, smart\.$/],
    [['now'], {}, /^drill takes options only, got 'now'\.$/],
    [['--fast'], {}, /--fast/],
    [[], { PORT: 'x', SHUTDOWN_GRACE_MS: 'y' }, /^PORT: .*\nSHUTDOWN_GRACE_MS: .*$/],
    [[], { MODELGATE_CONFIG: '/nowhere/modelgate.json' }, /^MODELGATE_CONFIG: the file cannot be read/],
  ])('exits with 2 and a line a fault for %j and %j', async (args, environment, message) => {
    const { code, printed, told } = await drill(args, environment)
    expect([code, printed]).toEqual([2, ''])
    expect(told).toMatch(message)
  })

  it('needs none either that has the name of a variable of the app, which is checked: the example configuration is drilled as it ships', async () => {
    const shipped = join(import.meta.dirname, '../modelgate.config.example.jsonc')
    const example = readFileSync(shipped, 'utf8').replace('env:LIMITS_URL', 'env:REDIS_URL')
    expect(example).toContain('env:CONTEXT_SECRET')
    const MODELGATE_CONFIG = temporaryFile('example.jsonc', example)
    const { code, told } = await drill(['--route', 'fast', '--story', 'all-well'], { MODELGATE_CONFIG })
    expect(told).toContain('1 rows, all ok.')
    expect(code).toBe(0)
  })

  it('exits with 2 where callers can name nothing', async () => {
    const keys = [{ key: 'plain', userId: 'ann' }]
    const { code, told } = await drill(
      [],
      fileOf({ providers: { openai: { type: 'openai' } }, keys, exposeModels: 'routes' }),
    )
    expect([code, told]).toEqual([2, 'routes: there is nothing that callers could name.'])
  })

  it('exits with 2 where a route has more unknown models than can be stood in for, and leaves nothing open', async () => {
    const local = { type: 'openai-compatible', baseURL: 'http://127.0.0.1:9/v1' }
    const many = Array.from({ length: 10 }, (_none, index) => `local/model-${index}`)
    const keys = [{ key: 'plain', userId: 'ann' }]
    const { code, told } = await drill([], fileOf({ providers: { local }, keys, routes: { many } }))
    expect(code).toBe(2)
    expect(told).toMatch(/The target local\/model-8 cannot be drilled: nothing in the simulator can stand in for it\.$/)
    await expect.poll(servers).toBe(0)
  })

  it('helps', async () => {
    const { code, printed } = await drill(['--help'])
    expect(code).toBe(0)
    expect(printed).toMatch(/first-throttled +the first target answers 429 with Retry-After/)
  })
})
