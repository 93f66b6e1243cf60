import type { Middleware, Principal } from '../contract.ts'
import { GatewayError } from '../errors.ts'

/**
 * Lets a call on only when its principal may make it: the scope `completions`, and a route it is allowed to name.
 * @throws {GatewayError} `permission_denied`, naming what is missing.
 */
export const checkPermissions: Middleware = async (call, next) => {
  const { principal } = call.context
  if (principal) {
    requireScope(principal, 'completions')
    const { model } = call.request
    if (principal.allowedRoutes && !principal.allowedRoutes.includes(model)) {
      throw new GatewayError(
        'permission_denied',
        `This key may not use the model '${model}'; it may use: ${principal.allowedRoutes.join(', ')}.`,
        { param: 'model' },
      )
    }
  }
  return next(call)
}

/** @throws {GatewayError} `permission_denied` */
export function requireScope(principal: Principal, scope: string): void {
  if (principal.permissions && !principal.permissions.includes(scope)) {
    throw new GatewayError('permission_denied', `This key lacks the permission '${scope}'.`)
  }
}
