import { defaultTiers, routeTargets } from '@modelgate/core'
import { corsOf } from './config/cors-of.ts'
import { describePlan } from './config/describe-plan.ts'
import type { Plan } from './plan.ts'
import type { AppParts } from './server/app-parts.ts'
import { demoRoutes } from './upstream/demo.ts'

/** What the app's own routes know from the start on. */
export function appView(
  plan: Plan,
): Pick<AppParts, 'cors' | 'trustProxy' | 'routeTargets' | 'tiers' | 'describe' | 'now'> {
  const { mode, settings, config } = plan
  const routes = config.routes ?? (mode === 'simulator' ? demoRoutes : {})
  return {
    cors: corsOf(plan),
    trustProxy: settings.trustProxy ?? config.trustProxy ?? 0,
    routeTargets: [...new Set(Object.values(routes).flatMap(route => routeTargets(route)))],
    tiers: Object.keys({ ...defaultTiers, ...config.limits?.tiers }),
    describe: () => describePlan(plan),
    now: Date.now,
  }
}
