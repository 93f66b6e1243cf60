import { GatewayError, prometheusContentType, prometheusText } from '@modelgate/core'
import type { AppParts } from './app-parts.ts'
import type { Answer, AppRoute, Asked } from './app-route.ts'

/** `GET /metrics`: what this process has counted, as Prometheus reads it. */
export function answerPrometheus(_asked: Asked, { gateway }: Pick<AppParts, 'gateway'>): Answer {
  const snapshot = gateway.metrics()
  if (!snapshot) throw new GatewayError('not_found', 'This gateway counts nothing.')
  return { status: 200, body: prometheusText(snapshot), contentType: prometheusContentType }
}

/** All that the listener of METRICS_PORT serves. It asks for no key: who reaches it is the network's to say. */
export const metricsRoutes: readonly AppRoute[] = [
  { method: 'GET', path: '/metrics', scope: 'public', operationId: 'scrapeMetrics', answer: answerPrometheus },
]
