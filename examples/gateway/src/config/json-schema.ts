import * as z from 'zod'
import { configSchema } from './config-schema.ts'

/** The configuration file's JSON Schema, in the draft that editors know best. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-07' })
  return { $schema, title: "Modelgate's gateway app", ...schema }
}
