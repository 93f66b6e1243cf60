import { randomBytes } from 'node:crypto'
import { createApiKey, defaultTiers, hashKey, isGatewayError, type KeyAdmin, type KeyRecord } from '@modelgate/core'
import type { Environment } from '../environment.ts'
import { type KeyCommand, parseKeyArguments, UsageError } from './key-arguments.ts'
import { keysHelp } from './keys-help.ts'
import { whatFailed } from './what-failed.ts'

/** Where a run takes its keys from and says what it did. */
interface KeysTerminal {
  readonly environment: Environment
  /** For machines: the key, the record, the list. */
  readonly print: (line: string) => void
  /** For people. */
  readonly tell: (line: string) => void
  readonly openTable: (tableName: string) => KeyAdmin & { close(): void }
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** `pnpm keys`. Gives its exit code: 0, 1 where the table could not be asked or says no, 2 for arguments that make no sense. */
export async function runKeys(args: readonly string[], terminal: KeysTerminal): Promise<number> {
  try {
    const parsed = parseKeyArguments(args, terminal.now())
    const environment = terminal.environment.ENVIRONMENT || undefined
    const command = parsed.name === 'create' ? { ...parsed, environment: parsed.environment ?? environment } : parsed
    if (command.name === 'help') {
      terminal.print(keysHelp)
      return args.length > 0 ? 0 : 2
    }
    return await onTable(command, terminal)
  } catch (error) {
    if (error instanceof UsageError || (isGatewayError(error) && error.code === 'invalid_configuration')) {
      terminal.tell(`${error.message}\n\`npx -y pnpm@12 keys --help\` shows what there is.`)
      return 2
    }
    terminal.tell(whatFailed(error))
    return 1
  }
}

async function onTable(command: KeyCommand, terminal: KeysTerminal): Promise<number> {
  const tableName = command.table ?? (terminal.environment.API_KEY_TABLE_NAME || undefined)
  if (tableName === undefined) {
    if (command.name === 'create') return createForFile(command, terminal)
    throw new UsageError(
      `${command.name} works on a table: set API_KEY_TABLE_NAME, or give --table. Keys of a configuration file stand in it, and are revoked there with "active": false.`,
    )
  }
  const table = terminal.openTable(tableName)
  try {
    if (command.name === 'create') return await createInTable(command, table, terminal)
    if (command.name === 'list') return await list(command, table, terminal)
    if (command.name === 'revoke') return await revoke(command.apiKeyId, table, terminal)
    return 2
  } finally {
    table.close()
  }
}

type Create = Extract<KeyCommand, { readonly name: 'create' }>

/** The key goes to its reader and nowhere else. */
function newRecord({ environment = 'live', record }: Create): { readonly key: string; readonly record: KeyRecord } {
  const key = createApiKey(environment)
  const apiKeyId = record.apiKeyId ?? `key-${randomBytes(6).toString('hex')}`
  return { key, record: { ...record, apiKeyId, apiKeyHash: hashKey(key) } }
}

/** A tier that no gateway knows limits nothing, so that one which is mistyped would let its key do anything. */
function tellOfTier({ tier }: KeyRecord, tell: KeysTerminal['tell']): void {
  if (tier === undefined || Object.hasOwn(defaultTiers, tier)) return
  const known = Object.keys(defaultTiers).join(', ')
  tell(
    `The tier '${tier}' is none of ${known}: where the gateway's \`limits.tiers\` do not have it, this key is not limited.`,
  )
}

function createForFile(command: Create, { print, tell }: KeysTerminal): number {
  const { key, record } = newRecord(command)
  const { apiKeyHash: keyHash, ...rest } = record
  tellOfTier(record, tell)
  print(key)
  print(JSON.stringify({ keyHash, ...rest }, null, 2))
  tell(
    'The first line is the key: it is shown this once and kept nowhere. The record goes into `keys` of the configuration file.',
  )
  return 0
}

async function createInTable(command: Create, table: KeyAdmin, { print, tell }: KeysTerminal): Promise<number> {
  const { key, record } = newRecord(command)
  await table.put(record)
  tellOfTier(record, tell)
  print(key)
  tell(
    `This is the key: it is shown this once and kept nowhere. Its record is '${record.apiKeyId}'; \`npx -y pnpm@12 keys revoke ${record.apiKeyId}\` ends it.`,
  )
  return 0
}

async function list(
  { user, json }: { readonly user: string | undefined; readonly json: boolean },
  table: KeyAdmin,
  { print, tell, now }: KeysTerminal,
): Promise<number> {
  const show = (record: KeyRecord): void => print(json ? JSON.stringify(record) : rowOf(record, now()))
  let count = 0
  for await (const record of recordsOf(table, user)) {
    if (count === 0 && !json) print(columns.join('\t'))
    show(record)
    count += 1
  }
  if (count === 0) tell(user === undefined ? 'There are no keys.' : `There are no keys of '${user}'.`)
  return 0
}

async function* recordsOf(table: KeyAdmin, user: string | undefined): AsyncGenerator<KeyRecord> {
  if (user !== undefined) return yield* await table.listByUser(user)
  let cursor: string | undefined
  do {
    const page = await table.list({ cursor })
    yield* page.records
    cursor = page.cursor
  } while (cursor !== undefined)
}

const columns = ['apiKeyId', 'state', 'userId', 'tenant', 'tier', 'permissions', 'createdAt', 'expiresAt'] as const

function rowOf(record: KeyRecord, now: number): string {
  const expired = record.expiresAt !== undefined && !(now < Date.parse(record.expiresAt))
  const state = record.active === false ? 'revoked' : expired ? 'expired' : 'active'
  const cells = columns.map(name => {
    if (name === 'state') return state
    if (name === 'permissions') return record.permissions?.join(',')
    return record[name]
  })
  // What a record holds must not draw on a terminal.
  return cells.map(cell => (cell ?? '-').replace(/\p{Cc}/gu, '?')).join('\t')
}

async function revoke(apiKeyId: string, table: KeyAdmin, { print, tell }: KeysTerminal): Promise<number> {
  if (!(await table.revoke(apiKeyId))) {
    tell(`There is no key '${apiKeyId}'; \`npx -y pnpm@12 keys list\` shows those there are.`)
    return 1
  }
  print(`${apiKeyId} is revoked.`)
  tell('Gateways see it within a minute.')
  return 0
}
