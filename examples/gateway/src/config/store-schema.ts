import * as z from 'zod'
import { members } from './members.ts'
import { url } from './provider-schema.ts'
import { secret } from './secret-schema.ts'

const text = z.string().min(1)

/** Where limits and budgets are counted. */
export const storeSchema = z.discriminatedUnion(
  'type',
  [
    members({ type: z.literal('memory') }),
    members({ type: z.literal('redis'), url: secret.describe('redis:// or rediss://, of Redis or Valkey.') }),
    members({
      type: z.literal('dynamodb'),
      tableName: text.describe('A table with the key pk, as `npx -y pnpm@12 tables create` makes it.'),
      region: text.optional().describe('Default: what the AWS SDK finds.'),
      cacheTableName: text
        .optional()
        .describe(
          'A table for answers that are given again, as `npx -y pnpm@12 tables create` makes it. Default: each process keeps its own.',
        ),
      endpoint: url.optional().describe('Where DynamoDB is, if it is not at AWS.'),
    }),
    members({ type: z.literal('dynamodb-local') }),
  ],
  { error: "must be 'memory', 'redis', 'dynamodb' or 'dynamodb-local'." },
)
