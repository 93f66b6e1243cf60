import type { LimitStore, LimitWindow, Reservation, WindowState } from '@modelgate/core'
import type { Redis } from 'ioredis'

/**
 * Three limiters in wide use, each of which admits more in some interval than its limit says, one way or another up to twice as
 * much. The proof over many processes must find all of them out, or it proves nothing of the stores it lets pass.
 */
export const wrongScripts = {
  /** Counts from one roll of the clock to the next: a whole quota just before one, and another just after it. */
  'fixed window': script(
    `
    local key = KEYS[1] .. ':' .. window .. ':' .. math.floor(now / window)
    local room = tonumber(redis.call('GET', key) or '0') + 1 <= quota
  `,
    `
    redis.call('INCR', key)
    redis.call('PEXPIRE', key, 2 * window)
  `,
  ),
  /** Takes the window before as evenly filled, which a burst at its end is not. */
  'sliding counter': script(
    `
    local index = math.floor(now / window)
    local key = KEYS[1] .. ':' .. window .. ':' .. index
    local before = tonumber(redis.call('GET', KEYS[1] .. ':' .. window .. ':' .. (index - 1)) or '0')
    local elapsed = now / window - index
    local room = before * (1 - elapsed) + tonumber(redis.call('GET', key) or '0') + 1 <= quota
  `,
    `
    redis.call('INCR', key)
    redis.call('PEXPIRE', key, 3 * window)
  `,
  ),
  /** A bucket as large as the quota that is refilled at the quota's rate: a whole bucket, and all that runs in after it. */
  'GCRA with a burst of the limit': script(
    `
    local key = KEYS[1] .. ':' .. window
    local arrival = math.max(tonumber(redis.call('GET', key) or '0'), now)
    local room = arrival + window / quota - now <= window
  `,
    `
    redis.call('SET', key, string.format('%.3f', arrival + window / quota), 'PX', 2 * window)
  `,
  ),
} as const
export type WrongStore = keyof typeof wrongScripts

/** One script for all windows, so that at least it is all or nothing: what is wrong is the arithmetic. */
function script(look: string, count: string): string {
  const each = (body: string) =>
    `for i = 1, #ARGV, 2 do local window, quota = tonumber(ARGV[i]), tonumber(ARGV[i + 1])\n${look}\n${body}\nend`
  return `
    local time = redis.call('TIME')
    local now = time[1] * 1000 + time[2] / 1000
    ${each('if not room then return 0 end')}
    ${each(count)}
    return 1`
}

/** A limit store over one of the scripts. It knows of requests only, and nothing of how its windows stand. */
export function wrongStore(name: WrongStore, redis: Redis): LimitStore {
  return {
    async reserve({ subject, windows }: Reservation) {
      const limits = windows.flatMap(({ windowMs, quota }) => [windowMs, quota])
      const admitted = await redis.eval(wrongScripts[name], 1, subject, ...limits)
      const states = windows.map(stateOf)
      if (admitted === 1) return { allowed: true, windows: states, slot: 0 }
      return { allowed: false, windows: states, exceeded: windows, retryAfterMs: 1 }
    },
    settle: () => undefined,
  }
}

function stateOf(window: LimitWindow): WindowState {
  return { window, remaining: 0, resetMs: 0 }
}
