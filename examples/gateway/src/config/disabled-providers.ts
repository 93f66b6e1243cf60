import type { FoundCredentials } from '../upstream/found-credentials.ts'
import type { Config } from './config-schema.ts'

/** A configuration without what its features switch off. */
export interface EnabledParts {
  readonly config: Config
  readonly found: readonly FoundCredentials[]
  readonly faults: readonly string[]
}

const flags = [
  ['openai', 'openaiProvider', 'OPENAI_PROVIDER_ENABLED'],
  ['bedrock', 'bedrockProvider', 'BEDROCK_PROVIDER_ENABLED'],
] as const

/** The types of providers that are switched off. */
export function disabledTypes({ features = {} }: Config): readonly string[] {
  return flags.filter(([, member]) => features[member] === false).map(([type]) => type)
}

/** Takes out providers that are switched off, and their targets in routes. A route of which nothing is left is a fault: nobody asked for that. */
export function withoutDisabled(config: Config, found: readonly FoundCredentials[]): EnabledParts {
  const off = disabledTypes(config)
  if (off.length === 0) return { config, found, faults: [] }
  const providers = Object.entries(config.providers ?? {})
  const kept = providers.filter(([, { type }]) => !off.includes(type))
  const gone = new Set(
    providers.length > 0 ? providers.filter(([, { type }]) => off.includes(type)).map(([id]) => id) : off,
  )
  const faults: string[] = []
  if (providers.length > 0 ? kept.length === 0 : off.length === flags.length) {
    faults.push(`${variablesOf(off)}: no provider is left; leave one on.`)
  }
  const routes = Object.entries(config.routes ?? {}).map(([name, route]) => {
    const left = withoutTargets(route, gone)
    if (left === undefined)
      faults.push(
        `${variablesOf(off)}: the route '${name}' has a list without any target left; give it others, or remove it.`,
      )
    return [name, left ?? route] as const
  })
  return {
    config: {
      ...config,
      ...(config.providers && { providers: Object.fromEntries(kept) }),
      ...(config.routes && { routes: Object.fromEntries(routes) }),
    },
    found: found.filter(({ id }) => !off.includes(id)),
    faults,
  }
}

/** The fault of a live start that found credentials only for what is switched off. */
export function noneLeft(config: Config): string {
  return `${variablesOf(disabledTypes(config))}: no provider is left; leave it on, or set credentials of another, such as AWS_PROFILE.`
}

type Route = NonNullable<Config['routes']>[string]
type PlacedTargets = Exclude<Route, readonly string[]>['targets']

function withoutTargets(route: Route, gone: ReadonlySet<string>): Route | undefined {
  const isKept = (target: PlacedTargets[number]): boolean => {
    const name = typeof target === 'string' ? target : target.target
    return !gone.has(name.slice(0, name.indexOf('/')))
  }
  if (Array.isArray(route)) return someOf(route.filter(isKept))
  const targets = someOf(route.targets.filter(isKept))
  const when = route.when?.map(rule => {
    const use = typeof rule.use === 'string' ? rule.use : someOf(rule.use.filter(isKept))
    return use === undefined ? undefined : { ...rule, use }
  })
  if (targets === undefined || when?.includes(undefined)) return undefined
  return { ...route, targets, ...(when && { when: when.filter(rule => rule !== undefined) }) }
}

function someOf<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined
}

function variablesOf(types: readonly string[]): string {
  return flags
    .filter(([type]) => types.includes(type))
    .map(([, , variable]) => variable)
    .join(' and ')
}
