import { checkValues } from '@modelgate/core'
import { emfLine } from './emf-line.ts'
import { checkEmf, type EmfOptions, emfChecks } from './emf-options.ts'
import { metricsNamespace } from './gateway-metrics.ts'

/**
 * Counts the callers whom an authorizer turned away, whom the gateway behind it never sees: `toAuthorizerHandler(auth, { onRefused: authorizerMetrics() })`.
 * Each is a line of one `AuthenticationFailures`. Give it a `service` of its own: Lambda counts a refusal as an error of the
 * function, and what is left of its errors without these are faults.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and for what CloudWatch would drop lines for.
 */
export function authorizerMetrics(options: EmfOptions = {}): () => void {
  checkValues(options, emfChecks(), 'authorizerMetrics()')
  checkEmf(options, 'authorizerMetrics()')
  const { namespace = metricsNamespace, dimensions = { service: 'modelgate-authorizer' }, now = Date.now } = options
  const write = options.write ?? (line => void process.stdout.write(`${line}\n`))
  const metrics = [{ name: 'AuthenticationFailures', unit: 'Count', values: [1] }] as const
  return () => write(JSON.stringify(emfLine({ namespace, dimensions, metrics, timestamp: now() })))
}
