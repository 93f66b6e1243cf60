import * as z from 'zod'
import { region, tableName } from './aws-names.ts'
import { members } from './members.ts'
import { url } from './provider-schema.ts'
import { secret } from './secret-schema.ts'

/** Where limits and budgets are counted. */
export const storeSchema = z.discriminatedUnion(
  'type',
  [
    members({ type: z.literal('memory') }),
    members({ type: z.literal('redis'), url: secret.describe('redis:// or rediss://, of Redis or Valkey.') }),
    members({
      type: z.literal('dynamodb'),
      tableName: tableName.describe('A table with the key pk, as `npx -y pnpm@12 tables create` makes it.'),
      region: region.optional().describe('Default: what the AWS SDK finds.'),
      cacheTableName: tableName
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
