import type { Middleware, Principal } from '../contract.ts'
import { GatewayError } from '../errors.ts'

/**
 * Lets a call on only when its principal may make it: the scope `completions`, and a name it is allowed to use. A pin to a
 * provider is part of the name, but for routes, of which it keeps only targets.
 * @throws {GatewayError} `permission_denied`, naming what is missing.
 */
export function checkPermissions(routes: Readonly<Record<string, unknown>>): Middleware {
  return async (call, next) => {
    const { principal, pinnedProvider } = call.context
    if (principal) {
      requireScope(principal, 'completions')
      const { model } = call.request
      const named = Object.hasOwn(routes, model) || model.startsWith(`${pinnedProvider}/`)
      requireRoute(principal, pinnedProvider === undefined || named ? model : `${pinnedProvider}/${model}`)
    }
    return next(call)
  }
}

function requireRoute({ allowedRoutes }: Principal, name: string): void {
  if (!allowedRoutes || allowedRoutes.includes(name)) return
  throw new GatewayError(
    'permission_denied',
    `This key may not use the model '${name.slice(0, 200)}'; it may use: ${allowedRoutes.join(', ')}.`,
    { param: 'model' },
  )
}

/** @throws {GatewayError} `permission_denied` */
export function requireScope(principal: Principal, scope: string): void {
  if (principal.permissions && !principal.permissions.includes(scope)) {
    throw new GatewayError('permission_denied', `This key lacks the permission '${scope}'.`)
  }
}
