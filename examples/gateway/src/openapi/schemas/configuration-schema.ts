import * as z from 'zod'
import { component } from './component.ts'

/** Its members are those of the configuration file, and what a start found. */
export const configurationSchema = component('Configuration', z.record(z.string(), z.unknown()), {
  description: 'What the process runs with. Secrets are `[redacted]`.',
})
