import type { RequestLog } from '@modelgate/core'
import type { HealthCheck } from '../server/health/health-check.ts'
import type { Destination } from './destination.ts'

/** No call has it. */
const nobodysId = 'health-check'

/** Whether the request log can be asked: of a table, which is elsewhere; a file was opened at the start. */
export function requestLogCheck({ kind }: Destination, log: RequestLog | undefined): readonly HealthCheck[] {
  if (!log) return []
  const check = async (): Promise<unknown> => (kind === 'dynamodb' ? log.find?.(nobodysId) : undefined)
  return [{ component: 'requestLog', name: kind, check }]
}
