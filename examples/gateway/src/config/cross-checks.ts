import { defaultTiers } from '@modelgate/core'
import * as z from 'zod'
import type { Environment } from '../environment.ts'
import type { ConfigFault, ConfigPath } from './config-fault.ts'
import { routeFaults, tierFaults } from './route-checks.ts'

/** As much of a configuration as these checks look at. It takes anything, so that they run beside the schema's own faults. */
const glimpse = z.object({
  providers: z.record(z.string(), z.unknown()).optional().catch(undefined),
  openaiApiKey: z.unknown().optional(),
  routes: z.record(z.string(), z.unknown()).catch({}),
  keys: z.array(z.record(z.string(), z.unknown()).catch({})).catch([]),
  limits: z.object({ tiers: z.record(z.string(), z.unknown()).catch({}) }).catch({ tiers: {} }),
  batches: z.object({ providers: z.record(z.string(), z.unknown()).catch({}) }).catch({ providers: {} }),
})
const nothing = { routes: {}, keys: [], limits: { tiers: {} }, batches: { providers: {} } }
/** Providers that no file names have the names of their types. */
const theFound = { bedrock: { type: 'bedrock' }, openai: { type: 'openai' } }
const typed = z.object({ type: z.string() })
const keylessOpenAI = z.object({ type: z.literal('openai'), apiKey: z.undefined().optional() })
const reference = z.object({ secret: z.string().startsWith('env:') })

/** What a schema cannot say: names that point nowhere, things that stand twice. */
export function* crossChecks(
  value: unknown,
  environment: Environment,
  defaultIds: readonly string[],
): Generator<ConfigFault> {
  const { providers, openaiApiKey, routes, keys, limits, batches } = glimpse.catch(nothing).parse(value)
  const ids = Object.keys(providers ?? {})
  const tiers = Object.keys({ ...defaultTiers, ...limits.tiers })
  yield* routeFaults(routes, { ids: ids.length > 0 ? ids : defaultIds, tiers })
  yield* keyFaults(keys)
  yield* batchFaults(batches.providers, ids.length > 0 ? providers : theFound)
  // A key whose tier is misspelt would not be limited.
  for (const [index, { tier }] of keys.entries()) yield* tierFaults(tier, ['keys', index, 'tier'], tiers)
  if (openaiApiKey === undefined) yield* credentialFaults(providers ?? {}, environment)
  yield* secretFaults(value, [], environment)
}

function* credentialFaults(
  providers: Readonly<Record<string, unknown>>,
  environment: Environment,
): Generator<ConfigFault> {
  for (const [id, provider] of Object.entries(providers)) {
    if (environment.OPENAI_API_KEY || !keylessOpenAI.safeParse(provider).success) continue
    yield { path: ['providers', id, 'apiKey'], message: 'is missing, and OPENAI_API_KEY is not set.' }
  }
}

/** Files of a provider that is not there, or that would go to another's. */
function* batchFaults(
  kept: Readonly<Record<string, unknown>>,
  providers: Readonly<Record<string, unknown>> = {},
): Generator<ConfigFault> {
  for (const [id, batches] of Object.entries(kept)) {
    const path = ['batches', 'providers', id]
    if (!Object.hasOwn(providers, id)) {
      yield { path, message: `'${id}' is not a provider here; known are ${Object.keys(providers).join(', ')}.` }
      continue
    }
    const [own, other] = [typed.safeParse(batches).data?.type, typed.safeParse(providers[id]).data?.type]
    if (!own || !other || own === other) continue
    yield { path: [...path, 'type'], message: `must be that of the provider, '${other}', got '${own}'.` }
  }
}

function* keyFaults(keys: readonly Readonly<Record<string, unknown>>[]): Generator<ConfigFault> {
  const seen = new Map<string, number>()
  for (const [index, entry] of keys.entries()) {
    const path = ['keys', index]
    if ('key' in entry === 'keyHash' in entry) yield { path, message: 'give one of key and keyHash.' }
    for (const member of ['key', 'keyHash', 'apiKeyId']) {
      if (!(member in entry)) continue
      const identity = JSON.stringify([member, entry[member]])
      const first = seen.get(identity)
      if (first === undefined) seen.set(identity, index)
      else yield { path: [...path, member], message: `is the same as that of keys[${first}]; each key stands once.` }
    }
  }
}

/** Every `{ "secret": "env:NAME" }` whose variable is not set. */
function* secretFaults(value: unknown, path: ConfigPath, environment: Environment): Generator<ConfigFault> {
  if (typeof value !== 'object' || value === null) return
  const found = reference.safeParse(value)
  const name = found.success ? found.data.secret.slice('env:'.length) : undefined
  if (name && !(Object.hasOwn(environment, name) && environment[name]))
    yield { path, message: `the environment variable ${name} is not set.` }
  for (const [key, child] of Object.entries(value)) {
    yield* secretFaults(child, [...path, Array.isArray(value) ? Number(key) : key], environment)
  }
}
