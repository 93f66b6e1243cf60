import * as z from 'zod'
import { component } from './component.ts'

export const documentSchema = component(
  'OpenApiDocument',
  z.object({
    openapi: z.string(),
    info: z.object({ title: z.string(), version: z.string() }),
    paths: z.record(z.string(), z.unknown()),
  }),
)
