import { Secret } from '../secret.ts'
import { type ConfigPath, formatPath } from './config-fault.ts'
import { type ConfigOption, configOptions } from './config-options.ts'
import { type Configuration, sourceAt } from './configuration.ts'
import type { ValueSource } from './layers.ts'
import { isReferenceObject } from './secret-schema.ts'

/** One value of a configuration, as it may be shown. */
interface DescribedValue {
  /** As faults write it: `routes.fast[0]`. */
  readonly path: string
  /** A secret reads `[redacted]`, wherever it came from. */
  readonly value: unknown
  readonly source: ValueSource
}

/**
 * Every value that holds, those left at their defaults included, each with where it comes from. Secrets are known by their type, so that a new
 * option needs nothing done for it; of addresses only what names no user and has no query is shown.
 */
export function describeConfiguration(configuration: Configuration): readonly DescribedValue[] {
  const set = [...leavesOf(configuration.config, [])].map(({ path, value }) => ({
    path: formatPath(path),
    value,
    source: sourceAt(configuration.sources, formatPath(path)),
  }))
  const known = new Set(set.map(({ path }) => path))
  return [...set, ...configOptions().flatMap(option => defaultOf(option, known))]
}

function defaultOf({ path, fallback }: ConfigOption, known: ReadonlySet<string>): DescribedValue[] {
  const name = path.join('.')
  if (fallback === undefined || path.some(step => step.startsWith('<') || step.endsWith('[]'))) return []
  const isSet = [...known].some(each => each === name || each.startsWith(`${name}.`) || each.startsWith(`${name}[`))
  return isSet ? [] : [{ path: name, value: fallback, source: { kind: 'default' } }]
}

interface Leaf {
  readonly path: ConfigPath
  readonly value: unknown
}

function* leavesOf(value: unknown, path: ConfigPath): Generator<Leaf> {
  if (value === undefined) return
  if (value instanceof Secret || isReferenceObject(value)) return yield { path, value: String(new Secret('')) }
  if (typeof value !== 'object' || value === null) return yield { path, value: shown(value) }
  const members = Object.entries(value)
  if (members.length === 0 && path.length > 0) yield { path, value }
  for (const [name, member] of members) yield* leavesOf(member, [...path, Array.isArray(value) ? Number(name) : name])
}

function shown(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value
  const url = URL.parse(value)
  if (url && !(url.username || url.password || url.search || url.hash)) return value
  return url ? `${url.protocol}//${url.host}${url.pathname}` : '[unreadable]'
}
