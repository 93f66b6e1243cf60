import { parseArgs } from 'node:util'
import type { KeyRecord } from '@modelgate/core'
import { isIsoMoment } from '../iso-moment.ts'
import { argumentFault } from './argument-fault.ts'

/** What somebody got wrong on the command line, one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a new record says, but for what is made with it. */
export type NewKey = Omit<KeyRecord, 'apiKeyId' | 'apiKeyHash'> & { readonly apiKeyId?: string | undefined }

export type KeyCommand = { readonly table: string | undefined } & (
  | { readonly name: 'help' }
  | { readonly name: 'create'; readonly environment: string | undefined; readonly record: NewKey }
  | { readonly name: 'list'; readonly user: string | undefined; readonly json: boolean }
  | { readonly name: 'revoke'; readonly apiKeyId: string }
)

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const common = { table: text, help: { ...flag, short: 'h' } } as const
const ofCreate = {
  user: text,
  tenant: text,
  tier: text,
  permissions: text,
  routes: text,
  expires: text,
  id: text,
  env: text,
  rpm: text,
  rph: text,
  tpm: text,
  concurrent: text,
  'max-tokens': text,
  'usd-per-day': text,
  'usd-per-month': text,
} as const
const options = { ...common, ...ofCreate, json: flag } as const

type Values = { readonly [Name in keyof typeof options]?: string | boolean | undefined }
const allowed: Readonly<Record<string, readonly string[]>> = {
  create: Object.keys(ofCreate),
  list: ['user', 'json'],
  revoke: [],
}
const scopes: readonly string[] = ['completions', 'health', 'admin']

/**
 * Reads the arguments of `pnpm keys`.
 * @throws {UsageError} for the first that makes no sense.
 */
export function parseKeyArguments(args: readonly string[], now: number): KeyCommand {
  const { values, positionals } = parse(args)
  const [command, ...rest] = positionals
  const table = textOf(values, 'table')
  if (values.help || command === undefined || command === 'help') return { name: 'help', table }
  const known = allowed[command]
  if (!known || !Object.hasOwn(allowed, command)) {
    throw new UsageError(`'${command}' is no command; use create, list or revoke.`)
  }
  const foreign = Object.keys(values).find(name => !(name in common) && !known.includes(name))
  if (foreign) throw new UsageError(`--${foreign} is no option of ${command}.`)
  if (command === 'revoke') {
    const [apiKeyId, ...others] = rest
    if (!apiKeyId || others.length > 0) throw new UsageError('revoke takes one apiKeyId, as `list` shows it.')
    return { name: 'revoke', apiKeyId, table }
  }
  if (rest.length > 0) throw new UsageError(`${command} takes options only, got '${rest[0]}'.`)
  if (command === 'list') return { name: 'list', user: textOf(values, 'user'), json: values.json === true, table }
  return { name: 'create', environment: textOf(values, 'env'), record: newKey(values, now), table }
}

function parse(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(argumentFault(error, Object.keys(options)))
  }
}

function textOf(values: Values, name: keyof Values): string | undefined {
  const value = values[name]
  if (value === '') throw new UsageError(`--${name} is empty.`)
  return typeof value === 'string' ? value : undefined
}

function newKey(values: Values, now: number): NewKey {
  const userId = textOf(values, 'user')
  if (!userId) throw new UsageError('create needs --user <id>: whom the key lets in.')
  const permissions = listOf(values, 'permissions')
  const unknown = permissions?.find(scope => !scopes.includes(scope))
  if (unknown) throw new UsageError(`--permissions: '${unknown}' is none of ${scopes.join(', ')}.`)
  const rateLimit = {
    requestsPerMinute: countOf(values, 'rpm'),
    requestsPerHour: countOf(values, 'rph'),
    tokensPerMinute: countOf(values, 'tpm'),
    maxConcurrentCalls: countOf(values, 'concurrent'),
  }
  return {
    apiKeyId: textOf(values, 'id'),
    userId,
    tenant: textOf(values, 'tenant'),
    tier: textOf(values, 'tier'),
    permissions,
    allowedRoutes: listOf(values, 'routes'),
    active: true,
    createdAt: new Date(now).toISOString(),
    expiresAt: expiryOf(textOf(values, 'expires'), now),
    rateLimit: Object.values(rateLimit).some(quota => quota !== undefined) ? rateLimit : undefined,
    budget: budgetOf(values),
    maxTokens: countOf(values, 'max-tokens'),
  }
}

function listOf(values: Values, name: keyof Values): string[] | undefined {
  const list = textOf(values, name)
    ?.split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
  // A key that may do nothing, or name nothing, is what nobody asked for.
  if (list?.length === 0) throw new UsageError(`--${name} is empty.`)
  return list
}

function countOf(values: Values, name: keyof Values): number | undefined {
  const value = textOf(values, name)
  if (value === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(value)) return Number(value)
  throw new UsageError(`--${name}: must be a whole number from 1, got '${value}'.`)
}

function budgetOf(values: Values): NewKey['budget'] {
  const budget = { usdPerDay: usdOf(values, 'usd-per-day'), usdPerMonth: usdOf(values, 'usd-per-month') }
  return budget.usdPerDay === undefined && budget.usdPerMonth === undefined ? undefined : budget
}

function usdOf(values: Values, name: keyof Values): number | undefined {
  const value = textOf(values, name)
  if (value === undefined) return undefined
  const usd = /^\d{1,7}(\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN
  if (usd <= 9_000_000) return usd
  throw new UsageError(`--${name}: must be US dollars from 0 to 9000000, as in 2.50, got '${value}'.`)
}

const dayMs = 86_400_000

function expiryOf(value: string | undefined, now: number): string | undefined {
  if (value === undefined) return undefined
  const days = /^(\d{1,5})d$/.exec(value)?.[1]
  if (!days && !isIsoMoment(value)) throw new UsageError(`--expires: '${value}' is no date; write 2027-01-31, or 90d.`)
  const at = days ? now + Number(days) * dayMs : Date.parse(value)
  if (at <= now) throw new UsageError(`--expires: '${value}' has passed already.`)
  return new Date(at).toISOString()
}
