import { type BudgetReservation, type BudgetSettlement, type BudgetStore, budgetDay } from '@modelgate/core'
import type { Redis } from 'ioredis'

/**
 * Ways of keeping a budget that are in wide use, each of which spends more than it holds once calls come at once. The proof over many
 * processes must find all of them out, or it proves nothing of the stores it lets pass.
 */
export const wrongBudgetStores = {
  /** Looks whether there is room, and then counts: what others count in between it does not see. */
  'look before the count': (redis: Redis) =>
    overRedis(redis, async ({ subject, limits, nanoUsd }) => {
      const spent = Number((await redis.get(subject)) ?? 0)
      const allowed = limits.every(limit => spent + nanoUsd <= limit.nanoUsd)
      if (allowed) await redis.incrby(subject, nanoUsd)
      return allowed
    }),
  /** Counts what calls have cost, after they have: those under way are nowhere. */
  'count after the call': (redis: Redis) => {
    const reserved = new Map<string, number>()
    const store = overRedis(redis, async ({ subject, limits, nanoUsd }) => {
      reserved.set(subject, nanoUsd)
      const spent = Number((await redis.get(subject)) ?? 0)
      return limits.every(limit => spent + nanoUsd <= limit.nanoUsd)
    })
    return {
      ...store,
      settle: async (settlements: readonly BudgetSettlement[]) => {
        for (const { subject, nanoUsd } of settlements)
          await redis.incrby(subject, nanoUsd + (reserved.get(subject) ?? 0))
      },
    }
  },
} as const satisfies Record<string, (redis: Redis) => BudgetStore>
export type WrongBudgetStore = keyof typeof wrongBudgetStores

function overRedis(redis: Redis, letIn: (reservation: BudgetReservation) => Promise<boolean>): BudgetStore {
  const read = async (subject: string) => {
    const spent = Number((await redis.get(subject)) ?? 0)
    return { day: budgetDay(Date.now()), resets: 0, dayNanoUsd: spent, monthNanoUsd: spent }
  }
  const settle = async (settlements: readonly BudgetSettlement[]): Promise<void> => {
    for (const { subject, nanoUsd } of settlements) await redis.incrby(subject, nanoUsd)
  }
  return {
    async reserve(reservation, settlements) {
      await settle(settlements)
      const allowed = await letIn(reservation)
      return { allowed, standing: await read(reservation.subject), timeMs: Date.now() }
    },
    settle,
    read,
    reset: async subject => void (await redis.del(subject)),
  }
}
