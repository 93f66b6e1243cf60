import type { Settings } from './environment.ts'
import { shareGrace } from './share-grace.ts'

/** What settings ask for together that they do not get. Nothing of it keeps the app from starting. */
export function* settingsWarnings(settings: Settings, isMetricsHostSet: boolean): Generator<string> {
  const { shutdownDelayMs, shutdownGraceMs, metricsPort } = settings
  const { callsMs } = shareGrace(shutdownGraceMs)
  if (shutdownDelayMs > callsMs) {
    yield `SHUTDOWN_DELAY_MS: ${shutdownDelayMs} ms are cut to ${callsMs}, which is what calls get of SHUTDOWN_GRACE_MS (${shutdownGraceMs}), and open ones then get no more; lower the one or raise the other.`
  }
  if (isMetricsHostSet && metricsPort === undefined) {
    yield 'METRICS_HOST: is of no use without METRICS_PORT; set that, too.'
  }
}
