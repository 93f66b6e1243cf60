import * as z from 'zod'

/** What a component says of itself beside its schema. */
interface ComponentNotes {
  readonly description?: string | undefined
  readonly example?: unknown
}

const notes = new Map<string, ComponentNotes>()
const registry = z.registry<{ id: string }>()

/** Gives a schema its name among the document's `components/schemas`. */
export function component<S extends z.ZodType>(id: string, schema: S, note: ComponentNotes = {}): S {
  if (notes.has(id)) throw new TypeError(`There are two schemas '${id}'.`)
  registry.add(schema, { id })
  notes.set(id, note)
  return schema
}

/** A member that may be absent, but is not `undefined`: JSON has no such value. */
export const optional = z.exactOptional

type JsonSchema = Readonly<Record<string, unknown>>

/**
 * All components that were named so far, as JSON Schema 2020-12, by name. `z.object` leaves room for members that upstreams add;
 * `z.strictObject`, for what this gateway alone says, does not.
 */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: id => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(schemas)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([id, schema]) => [id, withNotes(schema, notes.get(id))]),
  )
}

function withNotes(schema: JsonSchema, { description, example }: ComponentNotes = {}): JsonSchema {
  const { $schema: _dialect, $id: _id, ...rest } = schema
  return {
    ...(description !== undefined && { description }),
    ...rest,
    ...(example !== undefined && { examples: [example] }),
  }
}
