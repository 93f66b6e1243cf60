import { firewallCounts, firewallMetric, firewallRules } from '../security/web-acl.ts'
import type { Watched } from './alarm-rules.ts'
import type { DashboardRow } from './dashboards.ts'

/** Who is kept out, and by what. */
export function securityRows({ scope, resources, metrics }: Watched): DashboardRow[] {
  const { api, authorizer, names } = resources
  const blocked = firewallRules.map(({ name: rule }) =>
    firewallMetric(scope, { webAcl: names.webAcl, rule, metricName: 'BlockedRequests' }),
  )
  return [
    {
      'Authentication failures': [
        metrics.authorizer({ statistic: 'Sum', label: 'turned away by the authorizer' }),
        metrics.gateway('AuthenticationFailures', { statistic: 'Sum', label: 'refused by the gateway' }),
      ],
      'Authorizer asked': [authorizer.function.metricInvocations(), authorizer.function.metricErrors()],
      '4xx': [api.metricClientError({ statistic: 'Sum' })],
    },
    {
      'Blocked by the firewall': blocked,
      'Counted by the firewall: prompts that look like attacks': [firewallCounts(names.webAcl)],
      'Over their limits': [metrics.gateway('RateLimited', { statistic: 'Sum' })],
    },
  ]
}
