import { type ConfigPath, formatPath } from './config-fault.ts'
import { isReferenceObject } from './secret-schema.ts'

/** Where a value comes from. `name` is the variable's or the parameter's; `place` is `<file>:<line>:<column>`. */
export type ValueSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly place: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'code' }

/** Options of one origin, as they were written. */
export interface Layer {
  readonly value: unknown
  readonly sourceOf: (path: ConfigPath) => ValueSource
}

/** Where each value of a configuration comes from, by its path as faults write it: `routes.fast[0]`. */
export type Sources = ReadonlyMap<string, ValueSource>

export interface Layered {
  readonly value: unknown
  readonly sources: Sources
}

/**
 * One configuration out of several, of which each stands over those before it. Objects are put together member by member; lists, and objects that
 * are of another `type` or are a reference to a secret, take each other's place whole.
 */
export function layered(layers: readonly Layer[]): Layered {
  const sources = new Map<string, ValueSource>()
  let value: unknown = {}
  for (const layer of layers) value = over({ lower: value, upper: layer.value, path: [], layer, sources })
  return { value, sources }
}

interface Meeting {
  readonly lower: unknown
  readonly upper: unknown
  readonly path: ConfigPath
  readonly layer: Layer
  readonly sources: Map<string, ValueSource>
}

function over({ lower, upper, path, layer, sources }: Meeting): unknown {
  if (!isObject(lower) || !isObject(upper) || isOther(lower, upper)) {
    forget(sources, formatPath(path))
    mark(upper, path, layer, sources)
    return upper
  }
  const members = new Map(Object.entries(lower))
  for (const [name, member] of Object.entries(upper)) {
    if (member === undefined) continue
    members.set(name, over({ lower: members.get(name), upper: member, path: [...path, name], layer, sources }))
  }
  return Object.fromEntries(members)
}

/** Whether the members of two objects make no sense together. */
function isOther(lower: Readonly<Record<string, unknown>>, upper: Readonly<Record<string, unknown>>): boolean {
  const otherType = upper.type !== undefined && lower.type !== undefined && upper.type !== lower.type
  return otherType || isReferenceObject(upper) || isReferenceObject(lower)
}

function forget(sources: Map<string, ValueSource>, path: string): void {
  for (const known of sources.keys()) {
    if (known === path || known.startsWith(`${path}.`) || known.startsWith(`${path}[`)) sources.delete(known)
  }
}

function mark(value: unknown, path: ConfigPath, layer: Layer, sources: Map<string, ValueSource>): void {
  const members = isObject(value) && !isReferenceObject(value) ? Object.entries(value) : []
  if (members.length === 0 || path.length === 0) {
    if (path.length > 0) sources.set(formatPath(path), layer.sourceOf(path))
  }
  for (const [name, member] of members) {
    if (member !== undefined) mark(member, [...path, name], layer, sources)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
