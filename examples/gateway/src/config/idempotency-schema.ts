import * as z from 'zod'
import { members } from './members.ts'

const longestTimeMs = 2_147_483_647

/** Calls that bring an `Idempotency-Key`. */
export const idempotencySchema = members({
  enabled: z.boolean().optional().meta({ description: 'false takes no notice of keys.', default: true }),
  ttlMs: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'How long an answer can be had again, in milliseconds.', default: 86_400_000 }),
  maxAnswerBytes: z
    .int()
    .min(1)
    .max(1_048_576)
    .optional()
    .meta({ description: 'The longest answer that is kept, in bytes.', default: 1_048_576 }),
  onStoreError: z.enum(['open', 'closed']).optional().meta({
    description:
      'While the store fails: make the call, which a repeat may then make again, or refuse calls with a key.',
    default: 'open',
  }),
  storeTimeoutMs: z
    .int()
    .min(1)
    .max(longestTimeMs)
    .optional()
    .meta({ description: 'What one question to the store may take.', default: 500 }),
})
