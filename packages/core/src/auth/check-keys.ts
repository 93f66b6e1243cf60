import { budgetCheck } from '../budget-check.ts'
import { GatewayError } from '../errors.ts'
import { rateLimitCheck } from '../rate-limit-check.ts'
import { spellingOf } from '../wire/spelling-of.ts'
import { flag, knownMembers, listOf, text, type ValueCheck, valueFaults, whole } from '../wire/value-check.ts'
import type { ConfiguredKey, KeyRecord } from './key-store.ts'

type AnyKey = Omit<KeyRecord, 'apiKeyHash'> & { readonly key: string; readonly keyHash: string }

function memberChecks() {
  return {
    key: text(),
    keyHash: text(),
    apiKeyId: text(),
    userId: text(),
    tenant: text(),
    tier: text(),
    permissions: listOf(text()),
    allowedRoutes: listOf(text()),
    active: flag(),
    createdAt: text(),
    expiresAt: text(),
    rateLimit: rateLimitCheck(),
    budget: budgetCheck(),
    maxTokens: whole(1),
  } satisfies { readonly [Name in keyof AnyKey]-?: ValueCheck }
}

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
  const checks = memberChecks()
  const names = Object.keys(checks)
  const faults = [
    ...keys.flatMap((key, index) => strangers(key, names, `keys[${index}]`)),
    ...valueFaults(knownMembers({ keys: listOf(knownMembers(checks)) }), { keys }, 'the value'),
  ]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

/** A name that is no longer than ours is repeated, and no other: it may be a key that stands in the wrong place. */
function strangers(key: ConfiguredKey, names: readonly string[], at: string): string[] {
  if (typeof key !== 'object' || key === null) return []
  return Object.keys(key)
    .filter(name => !names.includes(name))
    .map(name => {
      const meant = spellingOf(name, names)
      if (meant === undefined || name.length > meant.length + 3)
        return `${at} has a member that is none of ${names.join(', ')}.`
      return `${at} has no member \`${name}\`; did you mean \`${meant}\`?`
    })
}
