import { type ConfigPath, formatPath } from './config-fault.ts'
import type { Layer, ValueSource } from './layers.ts'
import type { Variable } from './variables.ts'

/** Variables that are set, as options. */
interface VariablesLayer extends Layer {
  readonly faults: readonly string[]
}

interface GivenVariables {
  /** Texts by name. One that is empty counts as not set. */
  readonly texts: Readonly<Record<string, string | undefined>>
  readonly kind: 'environment' | 'parameter'
}

/** The options that variables stand for. One that is faulty is told, and sets nothing. */
export function variablesLayer(table: readonly Variable[], { texts, kind }: GivenVariables): VariablesLayer {
  const faults: string[] = []
  const names = new Map<string, string>()
  let value: unknown = {}
  for (const { name, path, read } of table) {
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined
    if (!text) continue
    const said = read(text)
    // A parameter may be a secret that stands in the wrong place, so it is not repeated.
    if ('fault' in said)
      faults.push(`${name}: ${kind === 'parameter' ? said.fault.replace(/[,;] got .*$/s, '.') : said.fault}`)
    else if (!names.has(formatPath(path))) {
      names.set(formatPath(path), name)
      value = withMember(value, path, said.value)
    }
  }
  return { value, faults, sourceOf: path => sourceAt(names, path, kind) }
}

/** A variable may stand for an object, whose members it then is the source of. */
function sourceAt(names: ReadonlyMap<string, string>, path: ConfigPath, kind: GivenVariables['kind']): ValueSource {
  for (let length = path.length; length > 0; length -= 1) {
    const name = names.get(formatPath(path.slice(0, length)))
    if (name !== undefined) return { kind, name }
  }
  return { kind: 'default' }
}

function withMember(value: unknown, [step, ...rest]: ConfigPath, member: unknown): unknown {
  if (step === undefined) return member
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const own = new Map(members)
  own.set(String(step), withMember(own.get(String(step)), rest, member))
  return Object.fromEntries(own)
}
