import { cloudwatchMetrics } from '@modelgate/aws/cloudwatch'
import { jsonLogger, type Logger, type MetricsOptions, redactKeys, type Telemetry } from '@modelgate/core'
import type { Config } from '../config/config-schema.ts'
import { configured } from '../configuration-error.ts'
import { gatewayService, metricsDimensions } from './metrics-dimensions.ts'

/** What a configuration makes of the app's telemetry. */
export interface AppTelemetry {
  /** Absent where the log is to be sentences. */
  readonly logger: Logger | undefined
  readonly metrics: MetricsOptions
  readonly telemetry: Telemetry | undefined
  /** Tells what goes wrong without ending anything: on a line of JSON, or as the sentence that it is. What looks like a key is masked in both. */
  readonly warn: (sentence: string) => void
  close(timeoutMs: number): Promise<void>
}

/**
 * `tell` takes one line of standard error at a time. OpenTelemetry's SDK is loaded only where there is a collector.
 * @throws {ConfigurationError} for a name that CloudWatch does not take.
 */
export async function openAppTelemetry(
  { telemetry: config = {}, environment }: Pick<Config, 'telemetry' | 'environment'>,
  tell: (line: string) => void,
): Promise<AppTelemetry> {
  const { logFormat, logLevel, maxBudgets, otlpEndpoint, serviceName = gatewayService } = config
  const logger = logFormat === 'json' ? jsonLogger({ level: logLevel, write: tell }) : undefined
  const dimensions = metricsDimensions(serviceName, environment)
  const collected = otlpEndpoint
    ? (await import('./open-telemetry.ts')).sendOpenTelemetry({ endpoint: otlpEndpoint, serviceName })
    : undefined
  return {
    logger,
    metrics: {
      exporters: config.metrics === 'emf' ? [configured(() => cloudwatchMetrics({ dimensions, maxBudgets }))] : [],
    },
    telemetry: collected?.telemetry,
    warn: logger ? sentence => logger.log('warn', sentence) : sentence => tell(redactKeys(sentence)),
    close: async timeoutMs => collected?.close(timeoutMs),
  }
}
