import type { Call, Middleware, Principal } from '../contract.ts'
import { GatewayError } from '../errors.ts'

/**
 * Lets a call on only when its principal may make it: the scope `completions`, and a name it is allowed to use. A pin to a
 * provider is part of the name, but for routes, of which it keeps only targets.
 * @throws {GatewayError} `permission_denied`, naming what is missing.
 */
export function checkPermissions(routes: Readonly<Record<string, unknown>>): Middleware {
  return (call, next) => {
    const { principal } = call.context
    const fault = principal && faultOf(principal, call, routes)
    return fault ? Promise.reject(fault) : next(call)
  }
}

function faultOf(
  principal: Principal,
  { operation, request: { model }, context: { pinnedProvider } }: Call,
  routes: Readonly<Record<string, unknown>>,
): GatewayError | undefined {
  const fault = scopeFault(principal, 'completions')
  // Which model a file is for is not known before its first line.
  if (fault || operation === 'files' || operation === 'batches') return fault
  return modelFault({ principal, model, pinnedProvider }, routes)
}

/** Who names which model. */
interface NamedModel {
  readonly principal: Principal | undefined
  readonly model: string
  readonly pinnedProvider: string | undefined
}

/** Why a caller may not name a model; `undefined` where it may. */
export function modelFault(
  { principal, model, pinnedProvider }: NamedModel,
  routes: Readonly<Record<string, unknown>>,
): GatewayError | undefined {
  const allowedRoutes = principal?.allowedRoutes
  if (!allowedRoutes) return undefined
  const named = pinnedProvider === undefined || Object.hasOwn(routes, model) || model.startsWith(`${pinnedProvider}/`)
  const name = named ? model : `${pinnedProvider}/${model}`
  if (allowedRoutes.includes(name)) return undefined
  return new GatewayError(
    'permission_denied',
    `This key may not use the model '${name.slice(0, 200)}'; it may use: ${allowedRoutes.join(', ')}.`,
    { param: 'model' },
  )
}

/**
 * Lets a principal pass that has a scope, such as `admin`; one without `permissions` has all.
 * @throws {GatewayError} `permission_denied`, naming the scope.
 */
export function requireScope(principal: Principal, scope: string): void {
  const fault = scopeFault(principal, scope)
  if (fault) throw fault
}

function scopeFault({ permissions }: Principal, scope: string): GatewayError | undefined {
  if (!permissions || permissions.includes(scope)) return undefined
  return new GatewayError('permission_denied', `This key lacks the permission '${scope}'.`)
}
