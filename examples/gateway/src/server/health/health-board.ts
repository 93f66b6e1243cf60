import type { HealthCheck } from './health-check.ts'

/** What became of a check. */
export interface CheckResult {
  readonly component: HealthCheck['component']
  readonly name: string
  readonly status: 'ok' | 'down'
  /** Null where no answer came in time. */
  readonly latencyMs: number | null
  /** ISO 8601. */
  readonly checkedAt: string
}

interface HealthBoardOptions {
  /** For how long a result is told again, in milliseconds. Default 5,000. A check may say longer. */
  readonly cacheMs?: number | undefined
  /** What a check may take, in milliseconds; then what it looks at is down. Default 1,000. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How the parts stand that can be asked, asked no more often than they need be, however many probes come. */
export class HealthBoard {
  private readonly checks: readonly CachedCheck[]

  constructor(checks: readonly HealthCheck[], { cacheMs = 5_000, timeoutMs = 1_000, now }: HealthBoardOptions) {
    this.checks = checks.map(check => new CachedCheck(check, { cacheMs, timeoutMs, now }))
  }

  /** Never rejects, and takes no longer than a check may. */
  results(): Promise<readonly CheckResult[]> {
    return Promise.all(this.checks.map(async check => check.result()))
  }
}

type CheckTimes = Required<{ [Name in keyof HealthBoardOptions]: NonNullable<HealthBoardOptions[Name]> }>

class CachedCheck {
  private readonly check: HealthCheck
  private readonly times: CheckTimes
  private last: { readonly result: CheckResult; readonly at: number } | undefined
  private telling: Promise<CheckResult> | undefined
  /** The check itself, which may hang for longer than anybody waits for it. */
  private underWay: Promise<boolean> | undefined

  constructor(check: HealthCheck, times: CheckTimes) {
    this.check = check
    this.times = times
  }

  result(): CheckResult | Promise<CheckResult> {
    const { last, times } = this
    const keptMs = Math.max(times.cacheMs, this.check.everyMs ?? 0)
    // A clock that was set back must not keep a result for ever.
    if (last && Math.abs(times.now() - last.at) < keptMs) return last.result
    this.telling ??= this.look().finally(() => {
      this.telling = undefined
    })
    return this.telling
  }

  private async look(): Promise<CheckResult> {
    // One that hangs is not begun anew: a store that is gone would gather a request with each probe.
    const isHanging = this.underWay !== undefined
    this.underWay ??= this.run().finally(() => {
      this.underWay = undefined
    })
    const startedAt = performance.now()
    const isUp = isHanging ? false : await inTime(this.underWay, this.times.timeoutMs)
    const latencyMs = isUp === undefined || isHanging ? null : Math.round((performance.now() - startedAt) * 10) / 10
    const at = this.times.now()
    const { component, name } = this.check
    const status = isUp ? 'ok' : 'down'
    const result: CheckResult = { component, name, status, latencyMs, checkedAt: new Date(at).toISOString() }
    this.last = { result, at }
    return result
  }

  private async run(): Promise<boolean> {
    try {
      await this.check.check()
      return true
    } catch {
      return false
    }
  }
}

/** What it says, or nothing where that takes too long. */
async function inTime(work: Promise<boolean>, timeoutMs: number): Promise<boolean | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), timeoutMs)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
