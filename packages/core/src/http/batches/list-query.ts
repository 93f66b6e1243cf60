import type { ListQuery } from '../../batch-operations.ts'
import { GatewayError } from '../../errors.ts'

/** More entries are not answered at once: each is read from where it is kept. */
const mostEntries = 100

/**
 * `limit`, `after`, `order` and `purpose` of a list. A larger `limit` is taken for 100: who reads on gets the rest.
 * @throws {GatewayError} `invalid_request` naming the one that is none
 */
export function listQuery(path: string): ListQuery {
  const query = new URLSearchParams(path.split('?')[1] ?? '')
  const limit = query.get('limit')
  if (limit !== null && !/^[1-9]\d{0,4}$/.test(limit))
    throw invalid('limit', `limit: must be a whole number of 1 to 10000, got '${limit.slice(0, 60)}'.`)
  const order = query.get('order') ?? undefined
  if (order !== undefined && order !== 'asc' && order !== 'desc')
    throw invalid('order', `order: must be asc or desc, got '${order.slice(0, 60)}'.`)
  return {
    limit: limit === null ? undefined : Math.min(Number(limit), mostEntries),
    after: query.get('after') ?? undefined,
    order,
    purpose: query.get('purpose') ?? undefined,
  }
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
