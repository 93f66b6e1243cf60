import { spellingOf } from '@modelgate/core'
import { type ConfigPath, formatPath } from './config/config-fault.ts'
import type { Config } from './config/config-schema.ts'

/** Options that nothing makes use of as the others stand, with what would: whoever set them believes that they do something. */
export function* unusedOptions(config: Config, now: number = Date.now()): Generator<string> {
  const { telemetry = {}, requestLog, requestLogTable, keys = [] } = config
  if (telemetry.logLevel !== undefined && telemetry.logFormat !== 'json')
    yield 'telemetry.logLevel: is of no use without LOG_FORMAT=json (`telemetry.logFormat`); set that, too.'
  if (telemetry.maxBudgets && telemetry.metrics === undefined)
    yield 'telemetry.maxBudgets: is of no use without METRICS=emf (`telemetry.metrics`); set that, too.'
  if (requestLogTable !== undefined && !(requestLog?.kind === 'dynamodb' && requestLog.tableName === undefined))
    yield 'requestLogTable: is of no use without REQUEST_LOG=dynamodb (`requestLog`), by itself; set that, too.'
  if (keys.length > 0 && keys.every(({ active, expiresAt }) => active === false || Date.parse(expiresAt ?? '') <= now))
    yield 'keys: none of them lets anybody in: each has expired, or is not `active`; make a new one.'
  yield* unusedInRoutes(config)
  yield* misspeltNames(config)
}

function* unusedInRoutes({ routes = {} }: Config): Generator<string> {
  for (const [name, route] of Object.entries(routes)) {
    if (!('targets' in route)) continue
    const { strategy = 'ordered', stickyBy, targets } = route
    const isWeighed = targets.some(given => typeof given !== 'string' && given.weight !== undefined)
    if (isWeighed && strategy !== 'weighted' && strategy !== 'sticky')
      yield `${formatPath(['routes', name, 'targets'])}: weights are of no use while \`strategy\` is '${strategy}'; make it 'weighted' or 'sticky'.`
    if (stickyBy !== undefined && strategy !== 'sticky')
      yield `${formatPath(['routes', name, 'stickyBy'])}: is of no use while \`strategy\` is '${strategy}'; make it 'sticky'.`
  }
}

/** Names that may be of something that comes later, and look as if they meant something that is there. */
function* misspeltNames({ budgets, keys = [], prices = {}, providers = {} }: Config): Generator<string> {
  const tenants = [...new Set(keys.flatMap(({ tenant = [] }) => tenant))]
  for (const name of Object.keys(budgets?.tenants ?? {}))
    yield* misspelt(['budgets', 'tenants', name], { name, known: tenants, what: "key's tenant" })
  for (const target of Object.keys(prices)) {
    const [, name = ''] = /^([^/]+)\//.exec(target) ?? []
    yield* misspelt(['prices', target], { name, known: Object.keys(providers), what: 'provider' })
  }
}

interface GivenName {
  readonly name: string
  readonly known: readonly string[]
  readonly what: string
}

function* misspelt(path: ConfigPath, { name, known, what }: GivenName): Generator<string> {
  const meant = known.includes(name) ? undefined : spellingOf(name, known)
  if (meant !== undefined) yield `${formatPath(path)}: '${name}' is no ${what} here; did you mean '${meant}'?`
}
