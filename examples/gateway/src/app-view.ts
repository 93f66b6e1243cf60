import { defaultTiers, type Provider, routeTargets } from '@modelgate/core'
import { describeConfiguration } from './config/describe-configuration.ts'
import type { Plan } from './plan.ts'
import { servedNames } from './served-names.ts'
import type { AppParts } from './server/app-parts.ts'
import { routesOf } from './upstream/demo.ts'

/** What the app's own routes know from the start on. */
export function appView(
  plan: Plan,
  providers: readonly Provider[],
): Pick<AppParts, 'cors' | 'trustProxy' | 'routeTargets' | 'tiers' | 'served' | 'environment' | 'describe' | 'now'> {
  const { mode, config } = plan
  const routes = routesOf(plan, providers)
  return {
    cors: config.cors,
    trustProxy: config.trustProxy ?? 0,
    routeTargets: [...new Set(Object.values(routes).flatMap(route => routeTargets(route)))],
    tiers: Object.keys({ ...defaultTiers, ...config.limits?.tiers }),
    served: servedNames(plan, providers),
    environment: config.environment,
    describe: () => ({ mode, values: describeConfiguration(plan) }),
    now: Date.now,
  }
}
