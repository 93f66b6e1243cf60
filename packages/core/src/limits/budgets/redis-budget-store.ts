import { checkRedisOptions } from '../../redis/check-redis-options.ts'
import { markOneKeys } from '../../redis/one-keys.ts'
import type { RedisClient } from '../../redis/redis-client.ts'
import { redisScript } from '../../redis/redis-script.ts'
import { wasRefused } from '../../redis/was-refused.ts'
import type { MembersOf } from '../../wire/check-members.ts'
import type { BudgetDecision, BudgetSettlement, BudgetStore } from './budget-store.ts'
import { redisBudgetScript } from './redis-budget-script.ts'

/** The Redis that budgets are kept in, and under which names. */
export interface RedisBudgetStoreOptions {
  readonly client: RedisClient
  /** What all its keys begin with. Default `modelgate:budgets:`. */
  readonly prefix?: string | undefined
  /** Milliseconds since 1970. Default: the server's own time, which is the same for all instances. For tests. */
  readonly now?: (() => number) | undefined
}

/** Budgets in Redis or Valkey. */
export interface RedisBudgetStore extends BudgetStore {
  reserve(...asked: Parameters<BudgetStore['reserve']>): Promise<BudgetDecision>
  settle(settlements: readonly BudgetSettlement[]): Promise<void>
}

const members = { client: true, prefix: true, now: true } as const satisfies MembersOf<RedisBudgetStoreOptions>

/**
 * Budgets in Redis or Valkey, for all instances that share the server: one script and one round trip a decision, one hash a subject.
 * In a cluster each subject lives on one node. What a server forgets, by a restart or a failover, is not counted any longer: where
 * that must not be, it has to keep what it is told (`appendonly yes`), and may evict nothing (`maxmemory-policy noeviction`).
 *
 * Rejects as the client does, and sets no time limit of its own: what waits for it has one.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and what is no client.
 */
export function redisBudgetStore(options: RedisBudgetStoreOptions): RedisBudgetStore {
  checkRedisOptions(options, members, 'redisBudgetStore()')
  const { client, prefix = 'modelgate:budgets:', now } = options
  const runScript = redisScript(client, redisBudgetScript)

  async function run(subject: string, [command, ...values]: readonly string[]): Promise<BudgetDecision> {
    const time = now ? String(Math.floor(now())) : ''
    try {
      return toDecision(await runScript(`${prefix}{${subject}}`, [time, command ?? '', ...values]))
    } catch (error) {
      throw wasRefused(error) ? Object.assign(markOneKeys(error), { wroteNothing: true }) : error
    }
  }

  return {
    async reserve({ subject, limits, nanoUsd }, settlements) {
      const [ofDay, ofMonth] = (['day', 'month'] as const).map(period => {
        const limit = limits.find(each => each.period === period)
        return limit ? String(limit.nanoUsd) : ''
      })
      const values = ['reserve', String(nanoUsd), ofDay ?? '', ofMonth ?? '', ...settlements.flatMap(valuesOf)]
      return run(subject, values)
    },
    async settle(settlements) {
      const [first] = settlements
      if (first) await run(first.subject, ['settle', '', '', '', ...settlements.flatMap(valuesOf)])
    },
    read: async subject => (await run(subject, ['read', '', '', ''])).standing,
    async reset(subject) {
      await run(subject, ['reset', '', '', ''])
    },
  }
}

function valuesOf({ slot, nanoUsd }: BudgetSettlement): string[] {
  return [String(slot.day), String(slot.resets), String(nanoUsd)]
}

/** @throws {Error} for an answer that is not the script's */
function toDecision(answer: unknown): BudgetDecision {
  const numbers = Array.isArray(answer) ? answer.map(Number) : []
  const [allowed, timeMs, day, dayNanoUsd, monthNanoUsd, resets] = numbers
  if (numbers.length !== 6 || resets === undefined || numbers.some(number => !Number.isSafeInteger(number))) {
    throw new Error('Redis answered the budget script with something else than its result.')
  }
  const standing = { day: day!, resets, dayNanoUsd: dayNanoUsd!, monthNanoUsd: monthNanoUsd! }
  return { allowed: allowed === 1, standing, timeMs: timeMs! }
}
