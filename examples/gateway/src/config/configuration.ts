import { defaultTiers, type RateLimit } from '@modelgate/core'
import type { Environment } from '../environment.ts'
import { type ConfigFault, type ConfigPath, faultsOf, formatPath, sentence } from './config-fault.ts'
import { type Config, type ConfigInput, configSchema } from './config-schema.ts'
import { type Layer, type Layered, layered, type Sources, type ValueSource } from './layers.ts'
import { variables } from './variables.ts'
import { variablesLayer } from './variables-layer.ts'

/** A configuration, and where each of its values comes from. */
export interface Configuration {
  readonly config: Config
  readonly sources: Sources
}

/** Where options come from, the later over the earlier. */
export interface ConfigurationLayers {
  readonly file: Layer
  readonly environment: Environment
  /** Of the Parameter Store, by the names of variables. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  readonly code?: ConfigInput | undefined
}

export type ReadConfiguration = {
  readonly configuration?: Configuration | undefined
  readonly faults: readonly string[]
}

/** Puts the layers together and checks the whole. The faults of the file are told by whoever read it, and are not repeated. */
export function readConfiguration({
  file,
  environment,
  parameters = {},
  code = {},
}: ConfigurationLayers): ReadConfiguration {
  const fromEnvironment = variablesLayer(variables, { texts: environment, kind: 'environment' })
  const fromParameters = variablesLayer(variables, { texts: parameters, kind: 'parameter' })
  const faults = [...fromEnvironment.faults, ...fromParameters.faults]
  for (const { REDIS_URL, LIMITS_TABLE_NAME } of [environment, parameters]) {
    if (!REDIS_URL || !LIMITS_TABLE_NAME) continue
    faults.push('LIMITS_TABLE_NAME: stands beside REDIS_URL; limits are counted in one place, so unset one of them.')
  }
  for (const name of environment.STORE ? ['REDIS_URL', 'LIMITS_TABLE_NAME', 'API_KEY_TABLE_NAME'] : []) {
    if (environment[name]) faults.push(`${name}: stands beside STORE, which has its own tables; unset one of them.`)
  }
  const above: readonly Layer[] = [fromEnvironment, fromParameters, { value: code, sourceOf: () => ({ kind: 'code' }) }]
  const all = layered([tiersBeneath(file, above), file, ...above])
  const { sources } = all
  const isStray = hasStrayCacheTable(all)
  if (isStray) {
    faults.push(
      'CACHE_TABLE_NAME: is a table beside a store in DynamoDB; name that by LIMITS_TABLE_NAME or in the file, or unset this.',
    )
  }
  const value = isStray ? { ...(all.value as object), store: undefined } : all.value
  const parsed = configSchema.safeParse(value, { error: sentence })
  if (parsed.success) return { configuration: { config: parsed.data, sources }, faults }
  const told = new Set(faultsIn(file.value).map(({ path, message }) => `${formatPath(path)}: ${message}`))
  for (const { path, message } of faultsIn(value)) {
    if (told.has(`${formatPath(path)}: ${message}`)) continue
    faults.push(`${nameOf(sourceAt(sources, formatPath(path)), path)}: ${message}`)
  }
  return { faults }
}

/** Where a value comes from: that of its path, or of what it stands in. */
export function sourceAt(sources: Sources, path: string): ValueSource {
  for (let at = path; at !== ''; at = at.replace(/(?:^|\.)[^.[\]]*$|\["(?:[^"\\]|\\.)*"\]$|\[\d+\]$/, '')) {
    const found = sources.get(at)
    if (found) return found
  }
  return { kind: 'default' }
}

/** A fault by the variable that set its option, or with the place in the file; as it is where neither did. */
export function toldBySource(sources: Sources): (fault: string) => string {
  return fault => {
    const [, option = ''] = /^([\w$.[\]-]+): /.exec(fault) ?? []
    const source = sourceAt(sources, option)
    if ('name' in source) return `${source.name}${fault.slice(option.length)}`
    return source.kind === 'file' ? `${source.place}: ${fault}` : fault
  }
}

/** Whether a variable names a table for answers, and the store is none in DynamoDB. */
function hasStrayCacheTable({ value, sources }: Layered): boolean {
  const source = sources.get('store.cacheTableName')
  const { store } = value as { readonly store?: { readonly type?: unknown } }
  return source !== undefined && 'name' in source && store?.type !== 'dynamodb'
}

function faultsIn(value: unknown): readonly ConfigFault[] {
  const parsed = configSchema.safeParse(value, { error: sentence })
  return parsed.success ? [] : faultsOf(parsed.error.issues)
}

function nameOf(source: ValueSource, path: ConfigPath): string {
  return 'name' in source ? source.name : formatPath(path)
}

/** A tier of the file takes the place of the default of its name whole; what stands over the file changes a tier member by member. */
function tiersBeneath(file: Layer, above: readonly Layer[]): Layer {
  const inFile = tiersOf(file)
  const changed = above.flatMap(layer => Object.keys(tiersOf(layer)))
  const beneath = changed.filter(tier => !Object.hasOwn(inFile, tier) && Object.hasOwn(defaultTiers, tier))
  const tiers: ReadonlyMap<string, RateLimit | undefined> = new Map(beneath.map(tier => [tier, defaultTiers[tier]]))
  const value = tiers.size > 0 ? { limits: { tiers: Object.fromEntries(tiers) } } : {}
  return { value, sourceOf: () => ({ kind: 'default' }) }
}

function tiersOf({ value }: Layer): object {
  const tiers = (value as { limits?: { tiers?: unknown } } | undefined)?.limits?.tiers
  return typeof tiers === 'object' && tiers !== null ? tiers : {}
}
