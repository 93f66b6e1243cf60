import { GatewayError } from './errors.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { type RouteTable, routeTargets, targetNamed } from './router/resolve.ts'

/**
 * Finds what is wrong with a gateway's options before the first call does.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function checkOptions(
  options: Pick<GatewayOptions, 'providers'> & { readonly routes?: RouteTable | undefined },
): void {
  const known = Array.isArray(options.providers) ? options.providers.filter(provider => provider?.id) : []
  const faults = [...providerFaults(options.providers), ...routeFaults(options.routes ?? {}, known)]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

function* providerFaults(providers: GatewayOptions['providers']): Generator<string> {
  if (!Array.isArray(providers) || providers.length === 0) {
    yield 'providers: give at least one, such as openai() or bedrock().'
    return
  }
  const seen = new Set<string>()
  for (const [index, provider] of providers.entries()) {
    const where = `providers[${index}].id`
    if (!provider?.id) yield `${where}: a provider needs an id.`
    else if (!/^[A-Za-z0-9._-]+$/.test(provider.id)) {
      yield `${where}: '${provider.id}' may hold only letters, digits, '.', '_' and '-', since it stands before the '/' of a target.`
    } else if (seen.has(provider.id)) {
      yield `${where}: '${provider.id}' is taken; give this provider another id, as in bedrock({ id: 'eu' }).`
    }
    seen.add(provider?.id)
  }
}

function* routeFaults(routes: RouteTable, providers: GatewayOptions['providers']): Generator<string> {
  const known = providers.map(({ id }) => id).join(', ')
  for (const [name, route] of Object.entries(routes)) {
    const targets = route ? routeTargets(route) : []
    if (targets.length === 0) yield `routes.${name}: give at least one target, as '<provider id>/<model id>'.`
    for (const [index, target] of targets.entries()) {
      if (!targetNamed(target, providers)) {
        yield `routes.${name}[${index}]: '${target}' is not '<provider id>/<model id>' of a provider here (${known}).`
      }
    }
  }
}
