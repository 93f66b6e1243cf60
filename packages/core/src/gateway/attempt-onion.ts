import { type AnyHandler, compose } from '../compose.ts'
import { costMeter } from '../cost/cost-meter.ts'
import { unknownPriceAlarm } from '../cost/unknown-price-alarm.ts'
import { coverAttempts } from '../limits/budgets/cover-attempts.ts'
import { BudgetedRetries } from '../resilience/budgeted-retries.ts'
import { timeouts } from '../resilience/timeouts.ts'
import { callProvider, createRouter } from '../router/router.ts'
import { targetCost } from '../target-cost.ts'
import { refusalAlarm } from '../telemetry/refusal-alarm.ts'
import { traceAttempts } from '../telemetry/trace-attempts.ts'
import { connectTimes } from '../upstream/connect-times.ts'
import type { Parts } from './parts.ts'
import { present } from './present.ts'
import type { Settings } from './settings.ts'

/** The router, and what each of its attempts passes. */
export function attemptOnion(settings: Settings, { resilience, reporting }: Parts): AnyHandler {
  const { options, providers, routes, exposeModels, times, priceOf, onError } = settings
  const attempt = compose(
    present([
      coverAttempts,
      reporting.follower && traceAttempts(onError),
      times.connectMsOf && connectTimes(times.connectMsOf),
      timeouts(times.streamTimeoutsOf),
      costMeter({ priceOf, onUnknownPrice: unknownPriceAlarm(onError) }),
    ]),
    callProvider(providers),
  )
  const { defaultModel = [], defaultEmbeddingModel = [] } = options
  const configured = new Set([Object.keys(routes), defaultModel, defaultEmbeddingModel].flat())
  return createRouter(
    {
      providers,
      routes,
      exposeModels,
      maxAttempts: options.maxAttempts ?? 3,
      guard: resilience.guard,
      retry: options.retry?.enabled === false ? undefined : new BudgetedRetries(options.retry),
      onAttemptFailed: refusalAlarm({ onError, isConfigured: name => configured.has(name) }),
      costOf: targetCost(priceOf),
    },
    attempt,
  )
}
