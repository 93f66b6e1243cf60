/** As which the gateway stands in metrics and traces, unless it is told another name. */
export const gatewayService = 'modelgate'
/** As which its API's authorizer stands in metrics, beside it. */
export const authorizerService = 'modelgate-authorizer'

/** The dimensions of every metric that the app or its authorizer writes: what dashboards and alarms have to ask for. */
export function metricsDimensions(service: string, environment: string | undefined): Readonly<Record<string, string>> {
  return { service, ...(environment !== undefined && { environment }) }
}
