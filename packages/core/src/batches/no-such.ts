import { GatewayError } from '../errors.ts'

/** What is said of an id that is nobody's, or another tenant's: the same of both. */
export function noSuch(kind: 'File' | 'Batch', id: string, param = 'id'): GatewayError {
  return new GatewayError('not_found', `There is no ${kind.toLowerCase()} '${id.slice(0, 200)}'.`, { param })
}
