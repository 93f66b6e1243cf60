import { type GatewayMetric, metricsNamespace } from '@modelgate/aws/cloudwatch'
import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { authorizerService, gatewayService, metricsDimensions } from '../../../src/telemetry/metrics-dimensions.ts'

/** How a metric is looked at. */
export interface MetricView {
  readonly statistic: string
  readonly period?: Duration | undefined
  readonly label?: string | undefined
}

/** Metrics of the gateway's own, by the names and dimensions under which it writes them. */
export interface GatewayMetrics {
  /** What the gateway counts. */
  readonly gateway: (name: GatewayMetric, view: MetricView) => Metric
  /** What its authorizer counts: callers whom the gateway never sees. */
  readonly authorizer: (view: MetricView) => Metric
}

/** The metrics of one deployment. */
export function gatewayMetricsOf(environment: string): GatewayMetrics {
  const metricOf = (
    service: string,
    metricName: GatewayMetric,
    { period = Duration.minutes(5), ...view }: MetricView,
  ) =>
    new Metric({
      namespace: metricsNamespace,
      metricName,
      dimensionsMap: { ...metricsDimensions(service, environment) },
      period,
      statistic: view.statistic,
      ...(view.label === undefined ? {} : { label: view.label }),
    })
  return {
    gateway: (name, view) => metricOf(gatewayService, name, view),
    authorizer: view => metricOf(authorizerService, 'AuthenticationFailures', view),
  }
}
