/** One call, as the costs assume it. Put your own numbers here, and run `pnpm costs`. */
export const call = {
  inputTokens: 1_000,
  outputTokens: 300,
  /** How long a model takes for the whole answer. */
  seconds: 5,
  /** A streamed answer: 300 frames of about 250 bytes. */
  answerKb: 75,
  /** CPU of the container for it: 300 frames of 25 µs are 7.5 (docs/performance.md), and the request. */
  cpuMs: 10,
} as const

/** What the stacks are made with. The stacks' own tests hold these against their templates. */
export const sizes = {
  lambda: { memoryGb: 0.5, logKb: 0.4 },
  albFunction: { memoryGb: 1, logKb: 0.4 },
  container: { vcpu: 0.5, memoryGb: 1, least: 2, cpuShare: 0.6, logKb: 0.6 },
  gateway: {
    memoryGb: 1,
    authorizerGb: 0.5,
    /** Lambda's own lines, a line of metrics, an access log. */
    logKb: 3,
    /** The log's record: a table and one index. */
    recordKb: 2,
    retentionDays: 30,
    /** An answer in the cache: its events are alike, and are kept compressed. */
    keptKb: 6,
    /** A limit is reserved, and settled before Lambda freezes the process. */
    limitWrites: 2,
    /** Keys at work at once: each is checked once a minute by the authorizer. */
    keys: 20,
    authorizerSeconds: 0.05,
    /** The gateway's own, and the authorizer's. */
    metrics: 20,
    /** What all alarms look at together. */
    alarmMetrics: 38,
    dashboards: 3,
    webAclRules: 4,
  },
} as const

/** How many calls come, and what follows from it. */
export interface Load {
  readonly callsPerMinute: number
  /** Of a month of 730 hours. */
  readonly calls: number
  readonly hours: number
  /** How many are under way at once: as many instances a function has. */
  readonly concurrency: number
}

export const rates: readonly number[] = [1, 100, 10_000]

/** The load that so many calls a minute are, day and night. */
export function loadOf(callsPerMinute: number): Load {
  const hours = 730
  return {
    callsPerMinute,
    hours,
    calls: callsPerMinute * 60 * hours,
    concurrency: Math.ceil((callsPerMinute / 60) * call.seconds),
  }
}
