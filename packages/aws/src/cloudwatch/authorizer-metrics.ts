import { checkMembers, GatewayError, type MembersOf } from '@modelgate/core'
import { type EmfOptions, emfFaults } from './emf-faults.ts'
import { emfLine } from './emf-line.ts'
import { metricsNamespace } from './gateway-metrics.ts'

const members = {
  namespace: true,
  dimensions: true,
  write: true,
  now: true,
} as const satisfies MembersOf<EmfOptions>

/**
 * Counts the callers whom an authorizer turned away, whom the gateway behind it never sees: `toAuthorizerHandler(auth, { onRefused: authorizerMetrics() })`.
 * Each is a line of one `AuthenticationFailures`. Give it a `service` of its own: Lambda counts a refusal as an error of the
 * function, and what is left of its errors without these are faults.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, and for what CloudWatch would drop lines for.
 */
export function authorizerMetrics(options: EmfOptions = {}): () => void {
  checkMembers(options, members, 'authorizerMetrics()')
  const faults = emfFaults(options).map(fault => `authorizerMetrics(): ${fault}`)
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
  const { namespace = metricsNamespace, dimensions = { service: 'modelgate-authorizer' }, now = Date.now } = options
  const write = options.write ?? (line => void process.stdout.write(`${line}\n`))
  const metrics = [{ name: 'AuthenticationFailures', unit: 'Count', values: [1] }] as const
  return () => write(JSON.stringify(emfLine({ namespace, dimensions, metrics, timestamp: now() })))
}
