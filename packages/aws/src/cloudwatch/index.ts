export { type CloudwatchMetricsOptions, cloudwatchMetrics } from './cloudwatch-metrics.ts'
