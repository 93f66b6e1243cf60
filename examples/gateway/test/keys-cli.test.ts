import { hashKey, isMalformedKey, type MemoryKeyStore, memoryKeyStore } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { runKeys } from '../src/cli/run-keys.ts'
import { readConfig } from '../src/config/read-config.ts'

const now = Date.parse('2026-11-20T12:00:00Z')

/** Runs the command on a table in memory, and tells what it printed and told. */
function terminal(store: MemoryKeyStore = memoryKeyStore([]), environment: Record<string, string> = {}) {
  const opened: string[] = []
  const run = async (...args: string[]) => {
    const printed: string[] = []
    const told: string[] = []
    const code = await runKeys(args, {
      environment,
      print: line => printed.push(line),
      tell: line => told.push(line),
      openTable(tableName) {
        opened.push(tableName)
        return { ...store, close: () => opened.push('closed') }
      },
      now: () => now,
    })
    return { code, printed, told, all: [...printed, ...told].join('\n') }
  }
  return { run, opened, store }
}

const table = { API_KEY_TABLE_NAME: 'keys' }

describe('pnpm keys create', () => {
  it('keeps a record in the table, and shows the key once', async () => {
    const { run, store, opened } = terminal(undefined, table)
    const { code, printed, told } = await run('create', '--user', 'ann', '--tier', 'premium', '--tenant', 'acme')
    expect(code).toBe(0)
    expect(opened).toEqual(['keys', 'closed'])
    const [key = ''] = printed
    expect(printed).toHaveLength(1)
    expect(isMalformedKey(key)).toBe(false)
    expect(key).toMatch(/^mg_live_/)
    expect(store.findByHash(hashKey(key))).toMatchObject({
      apiKeyId: expect.stringMatching(/^key-[0-9a-f]{12}$/),
      userId: 'ann',
      tier: 'premium',
      tenant: 'acme',
      active: true,
      createdAt: '2026-11-20T12:00:00.000Z',
    })
    expect(told.join()).toContain('shown this once')
    expect(told.join() + JSON.stringify(await store.list())).not.toContain(key)
  })

  it.each([undefined, table])(
    'tells of a tier that no gateway may know: its key would be limited by nothing',
    async environment => {
      const { told } = await terminal(undefined, environment).run('create', '--user', 'ann', '--tier', 'premuim')
      const said =
        "The tier 'premuim' is none of free, basic, premium, enterprise: where the gateway's `limits.tiers` do not have it, this key is not limited."
      expect(told).toContain(said)
      expect((await terminal(undefined, environment).run('create', '--user', 'a', '--tier', 'free')).told).toHaveLength(
        1,
      )
    },
  )

  it('takes everything a record can say', async () => {
    const { run, store } = terminal(undefined, table)
    const record =
      'create --user=bob --permissions completions,,admin --routes fast,us/nova --expires 90d --id mine --env test'
    const limits = '--rpm 10 --rph 100 --tpm 5000 --concurrent 2 --max-tokens 512 --usd-per-day 0.5 --usd-per-month 10'
    const { printed } = await run(...`${record} ${limits}`.split(' '))
    expect(printed[0]).toMatch(/^mg_test_/)
    expect(await store.get('mine')).toMatchObject({
      permissions: ['completions', 'admin'],
      allowedRoutes: ['fast', 'us/nova'],
      expiresAt: '2027-02-18T12:00:00.000Z',
      rateLimit: { requestsPerMinute: 10, requestsPerHour: 100, tokensPerMinute: 5_000, maxConcurrentCalls: 2 },
      maxTokens: 512,
      budget: { usdPerDay: 0.5, usdPerMonth: 10 },
    })
  })

  it('prints the record for the configuration file where there is no table, and the file takes it', async () => {
    const { run, opened } = terminal()
    const { code, printed } = await run('create', '--user', 'ann', '--rpm', '5', '--expires', '2027-01-31')
    expect(code).toBe(0)
    expect(opened).toEqual([])
    const [key = '', record = ''] = printed
    expect(JSON.parse(record)).toMatchObject({
      keyHash: hashKey(key),
      userId: 'ann',
      rateLimit: { requestsPerMinute: 5 },
    })
    const text = `{ "keys": [${record}] }`
    const read = readConfig({ text, file: 'c.json', environment: {}, defaultIds: ['openai'] })
    expect(read.faults).toEqual([])
    expect(read.config?.keys?.[0]?.keyHash?.reveal()).toBe(hashKey(key))
    expect(read.config?.keys?.[0]).toMatchObject({ expiresAt: '2027-01-31T00:00:00.000Z' })
  })

  it('says where an id is taken, and shows no key then', async () => {
    const { run } = terminal(memoryKeyStore([{ key: 'a', apiKeyId: 'mine' }]), table)
    const { code, printed, told } = await run('create', '--user', 'ann', '--id', 'mine')
    expect([code, printed]).toEqual([1, []])
    expect(told).toEqual(["apiKeyId: 'mine' is taken; revoke that key, or give this one another id."])
  })

  it.each([
    [['create'], 'create needs --user <id>'],
    [['create', '--user', ''], '--user is empty'],
    [['create', '--user', 'a', 'b'], "takes options only, got 'b'"],
    [['create', '--user', 'a', '--permissions', 'root'], "--permissions: 'root' is none of completions, health, admin"],
    [['create', '--user', 'a', '--permissions', ', '], '--permissions is empty.'],
    [['create', '--user', 'a', '--routes', ','], '--routes is empty.'],
    [['create', '--user', 'a', '--rpm', 'ten'], "--rpm: must be a whole number from 1, got 'ten'"],
    [['create', '--user', 'a', '--rpm', '-5'], '--rpm'],
    [['create', '--user', 'a', '--expires', 'soon'], "--expires: 'soon' is no date; write 2027-01-31, or 90d."],
    [['create', '--user', 'a', '--expires', '2026-11-19'], "--expires: '2026-11-19' has passed already."],
    [['create', '--user', 'a', '--env', 'Live_1'], 'environment: '],
    [['create', '--user', 'a', '--json'], '--json is no option of create.'],
    [['create', '--user', 'a', '--expires', '90'], "--expires: '90' is no date; write 2027-01-31, or 90d."],
    [['create', '--user', 'a', '--expires', '3/4/2027'], "--expires: '3/4/2027' is no date"],
    [['create', '--usr', 'a'], "Unknown option '--usr'; did you mean --user?\n"],
    [['create', '--region', 'a'], "Unknown option '--region'.\n"],
    [['make'], "'make' is no command; use create, list or revoke."],
    [['constructor'], "'constructor' is no command"],
    [['revoke'], 'revoke takes one apiKeyId'],
    [['revoke', 'a', 'b'], 'revoke takes one apiKeyId'],
    [['list', '--tier', 'free'], '--tier is no option of list.'],
  ])('%j is refused with its remedy', async (args, said) => {
    const { run, opened } = terminal(undefined, table)
    const { code, printed, told } = await run(...args)
    expect(code).toBe(2)
    expect(printed).toEqual([])
    expect(told.join('\n')).toContain(said)
    expect(told.join('\n')).toContain('npx -y pnpm@12 keys --help')
    expect(opened.filter(name => name !== 'closed' && name !== 'keys')).toEqual([])
  })
})

describe('pnpm keys list and revoke', () => {
  const store = () =>
    memoryKeyStore([
      { key: 'a', apiKeyId: 'k1', userId: 'ann', tier: 'free', permissions: ['completions'] },
      { key: 'b', apiKeyId: 'k2', userId: 'bob', expiresAt: '2026-01-01T00:00:00Z' },
      { key: 'c', apiKeyId: 'k3', userId: 'ann', active: false, tenant: '\u001b[2J' },
    ])

  it('lists every record with its state, and nothing that draws on a terminal', async () => {
    const { printed } = await terminal(store(), table).run('list')
    expect(printed.map(line => line.split('\t').slice(0, 4))).toEqual([
      ['apiKeyId', 'state', 'userId', 'tenant'],
      ['k1', 'active', 'ann', '-'],
      ['k2', 'expired', 'bob', '-'],
      ['k3', 'revoked', 'ann', '?[2J'],
    ])
  })

  it("lists a user's as JSON", async () => {
    const { printed } = await terminal(store(), table).run('list', '--user', 'ann', '--json')
    expect(printed.map(line => (JSON.parse(line) as { apiKeyId: string }).apiKeyId)).toEqual(['k1', 'k3'])
    expect((await terminal(store(), table).run('list', '--user', 'eve')).told).toEqual(["There are no keys of 'eve'."])
  })

  it('pages through more keys than one page holds', async () => {
    const many = memoryKeyStore(Array.from({ length: 250 }, (_, index) => ({ key: `key ${index}` })))
    expect((await terminal(many, table).run('list')).printed).toHaveLength(251)
  })

  it('revokes a key, and says so where there is none', async () => {
    const { run, store: kept } = terminal(store(), table)
    expect(await run('revoke', 'k1')).toMatchObject({ code: 0, printed: ['k1 is revoked.'] })
    expect(await kept.get('k1')).toMatchObject({ active: false })
    expect(await run('revoke', 'k9')).toMatchObject({ code: 1, printed: [] })
  })

  it.each([['list'], ['revoke', 'k1']])('want a table: %s', async (...args) => {
    const { code, told } = await terminal().run(...args)
    expect(code).toBe(2)
    expect(told.join()).toMatch(/works on a table: set API_KEY_TABLE_NAME, or give --table/)
  })

  it('take --table before the variable', async () => {
    const { run, opened } = terminal(store(), table)
    await run('list', '--table', 'other')
    expect(opened[0]).toBe('other')
  })

  it('say by name and message what DynamoDB says, and no more of it', async () => {
    const failed = Object.assign(new Error('Requested resource not found'), {
      name: 'ResourceNotFoundException',
      $response: { headers: { authorization: 'SECRET' } },
    })
    const broken = { ...store(), list: () => Promise.reject(failed) }
    const { code, printed, told } = await terminal(broken, table).run('list')
    expect([code, printed]).toEqual([1, []])
    expect(told.join('\n')).toContain('ResourceNotFoundException: Requested resource not found')
    expect(told.join('\n')).toContain('AWS_REGION')
    expect(told.join('\n')).not.toContain('SECRET')
  })
})

describe('pnpm keys --help', () => {
  it.each([
    [['--help'], 0],
    [['create', '-h'], 0],
    [['help'], 0],
    [[], 2],
  ])('%j', async (args, expected) => {
    const { code, printed } = await terminal().run(...args)
    expect(code).toBe(expected)
    expect(printed.join()).toContain('npx -y pnpm@12 keys create --user <id>')
  })
})
