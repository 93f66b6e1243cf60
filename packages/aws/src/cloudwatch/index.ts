export { authorizerMetrics } from './authorizer-metrics.ts'
export { type CloudwatchMetricsOptions, cloudwatchMetrics } from './cloudwatch-metrics.ts'
export {
  type BudgetMetric,
  type EmfUnit,
  type GatewayMetric,
  gatewayMetrics,
  metricsNamespace,
} from './gateway-metrics.ts'
