import type * as z from 'zod/mini'

/** The names of the members that a schema has at a path, those of all alternatives; none where it says nothing. */
export function memberNames(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  // By the name of the kind: `instanceof` over zod's core would keep all of it in every bundle.
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'optional' || def.type === 'nullable') return memberNames(def.innerType, path)
  if (def.type === 'union') return def.options.flatMap(option => memberNames(option, path))
  const [step, ...rest] = path
  if (def.type === 'object') {
    if (step === undefined) return Object.keys(def.shape)
    const member = typeof step === 'string' && Object.hasOwn(def.shape, step) ? def.shape[step] : undefined
    return member === undefined ? [] : memberNames(member, rest)
  }
  if (step === undefined) return []
  if (def.type === 'array') return memberNames(def.element, rest)
  return def.type === 'record' ? memberNames(def.valueType, rest) : []
}
