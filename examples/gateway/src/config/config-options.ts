import { configJsonSchema } from './json-schema.ts'

/** One option, as the schema has it. */
export interface ConfigOption {
  /** `['providers', '<name>', 'region']`, `['keys[]', 'tier']`. */
  readonly path: readonly string[]
  readonly type: string
  readonly about: string
  /** What it is where it is not set; absent where that is no one value. */
  readonly fallback?: unknown
  readonly example?: unknown
}

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

let read: readonly ConfigOption[] | undefined

/** Every option there is, in the schema's order, read off the JSON Schema that editors get. One that several kinds of object have stands once. */
export function configOptions(): readonly ConfigOption[] {
  if (!read) {
    const options = [...optionsIn(configJsonSchema() as Schema, [])]
    const byPath = new Map<string, ConfigOption>()
    for (const option of options) {
      const path = option.path.join('.')
      const other = byPath.get(path)
      byPath.set(path, other ? alike(other, option) : option)
    }
    read = [...byPath.values()]
  }
  return read
}

function alike(first: ConfigOption, second: ConfigOption): ConfigOption {
  const types = new Set([...first.type.split(' | '), ...second.type.split(' | ')])
  return {
    ...first,
    type: [...types].join(' | '),
    about: [...new Set([first.about, second.about])].filter(Boolean).join(' '),
  }
}

function* optionsIn(schema: Schema, path: readonly string[]): Generator<ConfigOption> {
  if (path.length > 0) {
    const [example] = schema.examples ?? []
    yield { path, type: typeOf(schema), about: schema.description ?? '', fallback: schema.default, example }
  }
  yield* within(schema, path)
}

function* within(schema: Schema, path: readonly string[]): Generator<ConfigOption> {
  for (const branch of schema.anyOf ?? schema.oneOf ?? []) yield* within(branch, path)
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    // What an editor writes, and the inside of a reference, are no options.
    if (name !== '$schema' && name !== 'secret') yield* optionsIn(member, [...path, name])
  }
  const { additionalProperties: named, items } = schema
  if (typeof named === 'object') yield* within(named, [...path, '<name>'])
  const [last] = path.slice(-1)
  if (items && last !== undefined) yield* within(items, [...path.slice(0, -1), `${last}[]`])
}

/** In words that a reader of JSON knows. */
function typeOf({ type, enum: values, const: constant, anyOf, oneOf, items, additionalProperties }: Schema): string {
  const branches = anyOf ?? oneOf
  if (branches && type === undefined) return [...new Set(branches.map(typeOf))].join(' | ')
  if (constant !== undefined) return JSON.stringify(constant)
  if (values) return values.map(value => JSON.stringify(value)).join(' | ')
  if (type === 'array') return items ? `list of ${typeOf(items)}` : 'list'
  if (type === 'integer') return 'whole number'
  if (type === 'boolean') return 'true | false'
  if (type === 'object') return typeof additionalProperties === 'object' ? 'object by name' : 'object'
  return type ?? 'anything'
}
