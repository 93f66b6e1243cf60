import * as z from 'zod'
import { routeCacheSchema } from './cache-schema.ts'
import { members } from './members.ts'
import { times } from './times-schema.ts'

const text = z.string().min(1)

/** `<provider id>/<model id>`. */
const targetName = z.templateLiteral([text, '/', text], "must be '<provider id>/<model id>'.")

const placedTarget = members({
  target: targetName,
  weight: z
    .number()
    .min(0)
    .optional()
    .describe('Its share with weighted and sticky. Default 1; 0 only when the others have failed.'),
  priority: z
    .int()
    .optional()
    .meta({ description: 'Lower ones first; the strategy chooses among those of one.', default: 0 }),
})

const targetList = z.array(targetName).min(1).describe('`<provider id>/<model id>`, in the order they are tried.')
const targets = z
  .array(z.union([targetName, placedTarget]))
  .min(1)
  .describe('`<provider id>/<model id>`, or that with a weight or a priority.')

const oneOf = z.union([text, z.array(text).min(1)]).optional()

const condition = members({
  tier: oneOf,
  tenant: oneOf,
  userId: oneOf,
  tags: z.record(text, z.union([text, z.array(text).min(1)])).optional(),
  promptTokens: members({
    gt: z.number().optional(),
    gte: z.number().optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
  })
    .optional()
    .describe('Estimated: about 3.6 bytes a token.'),
  tools: z.boolean().optional().describe('Whether the request offers tools.'),
  images: z.boolean().optional().describe('Whether the request holds images.'),
  stream: z.boolean().optional(),
}).describe('All that are given must hold.')

const rule = members({
  if: condition,
  use: z.union([text, targets]).describe('Another route, or targets in its place.'),
})

/** A route: a list of targets, or the targets with how they are chosen. */
export const routeSchema = z.union([
  targetList,
  members({
    targets,
    strategy: z
      .enum(['ordered', 'weighted', 'least-latency', 'least-cost', 'sticky'])
      .optional()
      .meta({ description: 'Which target is tried first, and which then.', default: 'ordered' }),
    stickyBy: z
      .enum(['prompt_cache_key', 'user', 'userId', 'tenant'])
      .optional()
      .describe('What sticky keeps together. Default: the first of them that a call has.'),
    when: z.array(rule).optional().describe('The first whose condition holds takes the call elsewhere.'),
    defaultMaxTokens: z
      .int()
      .min(1)
      .optional()
      .describe('The output cap, in tokens, of a chat whose caller set none. It is sent, and named in the answer.'),
    cache: routeCacheSchema.optional().meta({
      description: 'Whether its answers are kept and given again, to the same tenant for the same request.',
      default: false,
    }),
    timeouts: members(times).optional().describe("In place of the gateway's own, each by itself."),
  }),
])
