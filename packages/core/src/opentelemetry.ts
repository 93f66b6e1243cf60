export { type OpenTelemetryOptions, openTelemetry } from './telemetry/opentelemetry/open-telemetry.ts'
export {
  attributeNames,
  eventNames,
  type MetricName,
  metricNames,
  semanticConventionsVersion,
} from './telemetry/semantic-conventions.ts'
