import * as z from 'zod'
import type { ConfigFault, ConfigPath } from './config-fault.ts'

const list = z.array(z.unknown()).catch([])
const rule = z
  .object({ use: z.unknown(), if: z.object({ tier: z.unknown() }).catch({ tier: undefined }) })
  .catch({ use: undefined, if: { tier: undefined } })
/** As much of a route as these checks look at. It takes anything. */
const glimpse = z
  .union([
    z
      .array(z.unknown())
      .transform(targets => ({ targets, within: [] as string[], when: [] as z.infer<typeof rule>[] })),
    z.object({ targets: list, when: z.array(rule).catch([]) }).transform(route => ({ ...route, within: ['targets'] })),
  ])
  .catch({ targets: [], within: [], when: [] })
const placed = z.object({ target: z.string() })

/** What routes may name. */
interface Known {
  /** Of providers. */
  readonly ids: readonly string[]
  readonly tiers: readonly string[]
}

/** Targets of providers that are not there, conditions on tiers that nobody has, and those that lead to routes that are not there. */
export function* routeFaults(routes: Readonly<Record<string, unknown>>, { ids, tiers }: Known): Generator<ConfigFault> {
  for (const [name, route] of Object.entries(routes)) {
    const { targets, within, when } = glimpse.parse(route)
    yield* targetFaults(targets, ['routes', name, ...within], ids)
    for (const [index, { use, if: condition }] of when.entries()) {
      yield* tierFaults(condition.tier, ['routes', name, 'when', index, 'if', 'tier'], tiers)
      const path = ['routes', name, 'when', index, 'use']
      yield* targetFaults(list.parse(use), path, ids)
      if (typeof use !== 'string' || use === '' || Object.hasOwn(routes, use)) continue
      yield { path, message: `'${use}' is not a route here; known are ${Object.keys(routes).join(', ')}.` }
    }
  }
}

function* targetFaults(
  targets: readonly unknown[],
  within: ConfigPath,
  ids: readonly string[],
): Generator<ConfigFault> {
  for (const [index, given] of targets.entries()) {
    const object = placed.safeParse(given)
    const target = object.success ? object.data.target : given
    const id = typeof target === 'string' ? /^([^/]+)\/./.exec(target)?.[1] : undefined
    if (id === undefined || ids.includes(id)) continue
    const known = ids.length > 0 ? `known are ${ids.join(', ')}` : 'there are none'
    const path = [...within, index, ...(object.success ? ['target'] : [])]
    yield { path, message: `'${id}' is not a provider here; ${known}.` }
  }
}

/** A tier, or a list of them, that is none. */
export function* tierFaults(given: unknown, path: ConfigPath, tiers: readonly string[]): Generator<ConfigFault> {
  for (const [index, tier] of Array.isArray(given) ? given.entries() : [[undefined, given] as const]) {
    if (typeof tier !== 'string' || tiers.includes(tier)) continue
    const message = `'${tier}' is no tier here; known are ${tiers.join(', ')}; \`limits.tiers\` adds others.`
    yield { path: index === undefined ? path : [...path, index], message }
  }
}
