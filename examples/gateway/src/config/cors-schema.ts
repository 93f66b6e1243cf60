import * as z from 'zod'
import { isOrigin, openCredentials } from './cors-origin.ts'
import { members } from './members.ts'

/** Web pages that may call from a browser. */
export const corsSchema = members({
  origins: z
    .array(
      z.string().refine(isOrigin, "must be an origin as browsers send it, such as 'https://app.example.com', or '*'."),
    )
    .min(1)
    .describe('Whose pages may call. CORS_ORIGINS overrides it.'),
  credentials: z
    .boolean()
    .optional()
    .meta({ description: 'Whether cookies may come along; not with `*`.', default: false }),
  maxAgeSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .meta({ description: 'What browsers remember of it.', default: 600 }),
}).refine(({ origins, credentials }) => !(credentials && origins.includes('*')), openCredentials)
