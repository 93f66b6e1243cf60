import { jsonLogger, type Logger, type Principal } from '@modelgate/core'
import type { Asked } from '../app-route.ts'
import type { AdminCall } from './admin-call.ts'

/** As long as a path is told. */
const longestPath = 512

export function adminCall(
  { request, requestId }: Pick<Asked, 'request' | 'requestId'>,
  { keyId, userId, tenant }: Principal,
  done: Pick<AdminCall, 'operation' | 'address' | 'status' | 'about'>,
): AdminCall {
  const { method, path } = request
  const bare = path.split('?', 1)[0] ?? ''
  return { requestId, method, path: bare.slice(0, longestPath), keyId, userId, tenant, ...done }
}

/**
 * Tells of administrators' calls: to the log, or as a line of JSON like the log's, without what looks like a key: somebody who means to
 * revoke one may put it in the path. A log that leaves out what is usual has them all the same.
 */
export function adminLog(logger: Logger | undefined, write: (line: string) => void): (call: AdminCall) => void {
  const log = logger ?? jsonLogger({ write })
  return call => log.log('warn', 'admin call', { ...call })
}
