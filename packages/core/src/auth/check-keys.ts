import * as z from 'zod/mini'
import { budgetSchema } from '../budget-schema.ts'
import { GatewayError } from '../errors.ts'
import { rateLimitSchema } from '../rate-limit-schema.ts'
import { faultsOf } from '../wire/faults.ts'
import { isCount, isFlag, isPlainlyRight, isText, isTexts } from '../wire/plainly-right.ts'
import { spellingOf } from '../wire/spelling-of.ts'
import type { ConfiguredKey, KeyRecord } from './key-store.ts'

type AnyKey = Omit<KeyRecord, 'apiKeyHash'> & { readonly key: string; readonly keyHash: string }

/** What is not seen as right at a glance is left to the schema, as limits always are. */
const leftToSchema = (): boolean => false

const members = {
  key: isText,
  keyHash: isText,
  apiKeyId: isText,
  userId: isText,
  tenant: isText,
  tier: isText,
  permissions: isTexts,
  allowedRoutes: isTexts,
  active: isFlag,
  createdAt: isText,
  expiresAt: isText,
  rateLimit: leftToSchema,
  budget: leftToSchema,
  maxTokens: isCount,
} satisfies { readonly [Name in keyof AnyKey]-?: (value: unknown) => boolean }

/**
 * Refuses keys that say something else than the types allow: a limit misspelt would be none, and a list of routes that is a text would allow
 * each route whose name is a part of it.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault. No key is in it.
 */
export function checkKeys(keys: readonly ConfiguredKey[]): void {
  if (!Array.isArray(keys)) {
    throw new GatewayError(
      'invalid_configuration',
      "memoryKeyStore() takes a list of keys, as [{ key, userId: 'ann' }].",
    )
  }
  if (keys.every(key => isPlainlyRight(key, members))) return
  const faults = [
    ...keys.flatMap((key, index) => strangers(key, `keys[${index}]`)),
    ...faultsOf(keysSchema(), { keys }).map(({ message }) => message),
  ]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

/** A name that is no longer than ours is repeated, and no other: it may be a key that stands in the wrong place. */
function strangers(key: ConfiguredKey, at: string): string[] {
  if (typeof key !== 'object' || key === null) return []
  const names = Object.keys(members)
  return Object.keys(key)
    .filter(name => !Object.hasOwn(members, name))
    .map(name => {
      const meant = spellingOf(name, names)
      if (meant === undefined || name.length > meant.length + 3)
        return `${at} has a member that is none of ${names.join(', ')}.`
      return `${at} has no member \`${name}\`; did you mean \`${meant}\`?`
    })
}

function keysSchema(): z.ZodMiniType {
  const text = z.optional(z.string())
  const list = z.optional(z.array(z.string()))
  const key = z.object({
    key: text,
    keyHash: text,
    apiKeyId: text,
    userId: text,
    tenant: text,
    tier: text,
    permissions: list,
    allowedRoutes: list,
    active: z.optional(z.boolean()),
    createdAt: text,
    expiresAt: text,
    rateLimit: z.optional(rateLimitSchema()),
    budget: z.optional(budgetSchema()),
    maxTokens: z.optional(z.int().check(z.minimum(1))),
  })
  return z.object({ keys: z.array(key) })
}
