import { checkRedisOptions } from '../redis/check-redis-options.ts'
import { markOneKeys } from '../redis/one-keys.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { redisScript } from '../redis/redis-script.ts'
import { wasRefused } from '../redis/was-refused.ts'
import type { MembersOf } from '../wire/check-members.ts'
import { costOf, toAdmission, toRefusal } from './limit-decision.ts'
import type { LimitDecision, LimitStore, LimitWindow, Reservation, Settlement } from './limit-store.ts'
import { redisLimitScript } from './redis-limit-script.ts'
import type { SlidingWindow } from './sliding-window.ts'

/** The Redis that limits are counted in, and under which names. */
export interface RedisLimitStoreOptions {
  readonly client: RedisClient
  /** What all its keys begin with. Default `modelgate:limits:`. */
  readonly prefix?: string | undefined
  /** Milliseconds since 1970. Default: the server's own time, which is the same for all instances. For tests. */
  readonly now?: (() => number) | undefined
}

const members = { client: true, prefix: true, now: true } as const satisfies MembersOf<RedisLimitStoreOptions>

/**
 * Limits in Redis or Valkey, for all instances that share the server: one script and one round trip a decision, one hash a subject,
 * which goes when all that it holds has left its windows. In a cluster each subject lives on one node.
 *
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and what is no client.
 *
 * Rejects as the client does: where it has no connection, or the server is loading or read-only. It sets no time limit of its own:
 * the limiter has one, and an answer that comes late tells what was written. What a server forgets, by a restart or a failover, is not counted any longer.
 */
export function redisLimitStore(options: RedisLimitStoreOptions): LimitStore {
  checkRedisOptions(options, members, 'redisLimitStore()')
  const { client, prefix = 'modelgate:limits:', now } = options
  const runScript = redisScript(client, redisLimitScript)
  const timeText = () => (now ? String(Math.floor(now())) : '')

  async function run(subject: string, values: string[]): Promise<unknown> {
    try {
      return await runScript(`${prefix}{${subject}}`, values)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      throw wasRefused(error) ? markOneKeys(error) : Object.assign(error, { mayHaveWritten: true })
    }
  }

  return {
    async reserve(reservation, settlements) {
      const values = [timeText(), ...valuesOfWindows(reservation), ...settlements.flatMap(valuesOfSettlement)]
      return toDecision(reservation, await run(reservation.subject, values))
    },
    async settle(settlements) {
      const [first] = settlements
      if (first === undefined) return
      await run(first.subject, [timeText(), '0', ...settlements.flatMap(valuesOfSettlement)])
    },
  }
}

const fieldOf = ({ meter, windowMs }: LimitWindow): string => `${meter}:${windowMs}`

function valuesOfWindows({ windows, tokens }: Reservation): string[] {
  const values = [String(windows.length)]
  for (const window of windows) {
    const { windowMs, quota } = window
    values.push(fieldOf(window), String(windowMs), String(quota), String(costOf(window, tokens)))
  }
  return values
}

function valuesOfSettlement({ windows, slot, tokens }: Settlement): string[] {
  return windows
    .filter(({ meter }) => meter === 'tokens')
    .flatMap(window => [fieldOf(window), String(window.windowMs), String(slot), String(tokens)])
}

/** @throws {Error} for an answer that is not the script's */
function toDecision(reservation: Reservation, answer: unknown): LimitDecision {
  if (!Array.isArray(answer) || answer.length !== 2 + reservation.windows.length) {
    throw new Error('Redis answered the limit script with something else than its result.')
  }
  const [allowed, timeMs, ...texts] = answer
  const counted = { counts: texts.map(text => toSlidingWindow(String(text))), timeMs: Number(timeMs) }
  return Number(allowed) === 1 ? toAdmission(reservation, counted) : toRefusal(reservation, counted)
}

function toSlidingWindow(text: string): SlidingWindow {
  const [newest = 0, ...counts] = text.split(' ').map(Number)
  return { newest, counts, used: counts.reduce((sum, count) => sum + count, 0) }
}
