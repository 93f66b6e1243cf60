import type { Call } from '../contract.ts'
import type { Target } from '../target.ts'
import { reachableNames } from './reachable-names.ts'
import { type ModelScope, resolve, targetNamed } from './resolve.ts'

/** The routes and providers among which targets are found. */
interface ReachOptions extends Omit<ModelScope, 'exposed'> {
  readonly exposeModels: ModelScope['exposed']
}

/**
 * The targets that a call may be tried at, whatever its route's conditions and strategy say of it: a call of a pinned provider at that
 * provider's alone. Those of a route are found once.
 * @throws {GatewayError} as the router would: `model_not_found`, `invalid_request`.
 */
export function reachableTargets({ providers, routes, exposeModels }: ReachOptions): (call: Call) => readonly Target[] {
  const ofRoutes = new Map(
    Object.keys(routes).map(name => {
      const names = [...reachableNames(name, routes)]
      return [name, names.flatMap(each => targetNamed(each, providers) ?? [])] as const
    }),
  )
  return ({ request: { model }, context: { origin, pinnedProvider, callerCredentials } }) => {
    const targets = ofRoutes.get(model)
    if (targets)
      return pinnedProvider === undefined ? targets : targets.filter(each => each.provider === pinnedProvider)
    const exposed = callerCredentials || origin === 'process' ? 'all' : exposeModels
    return resolve(model, { providers, routes, exposed }, pinnedProvider).targets
  }
}
