import { Duration, Stack } from 'aws-cdk-lib'
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'

/** One rule of the firewall: its own metric in CloudWatch has its name. */
export interface FirewallRule {
  readonly name: string
  /** AWS's rule group, and which of its rules count what they find in place of blocking it. */
  readonly managed?: { readonly group: string; readonly counted: readonly string[] }
}

/** A flood guard, not the limit of a tier: it counts addresses, with a delay. */
const floodLimit = { requests: 2_000, windowSeconds: 300 } as const

/**
 * In this order. AWS's groups look for attacks in paths, queries, headers and bodies. A body here is a prompt: it is often longer than 8 KB,
 * and may well hold HTML, SQL or a path, because that is what somebody asks about. So rules on bodies count, under names that the security
 * dashboard shows, as does the one on callers who do not name their program; everything else blocks. The gateway itself runs nothing that it reads.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const firewallRules: readonly FirewallRule[] = [
  { name: 'rate-limit' },
  {
    name: 'common-attacks',
    managed: {
      group: 'AWSManagedRulesCommonRuleSet',
      counted: [
        // Clients made with Rust's reqwest send none, and Node's own http.
        'NoUserAgent_HEADER',
        'SizeRestrictions_BODY',
        'CrossSiteScripting_BODY',
        'GenericLFI_BODY',
        'GenericRFI_BODY',
        'EC2MetaDataSSRF_BODY',
      ],
    },
  },
  {
    name: 'sql-injection',
    managed: { group: 'AWSManagedRulesSQLiRuleSet', counted: ['SQLi_BODY', 'SQLiExtendedPatterns_BODY'] },
  },
  {
    name: 'known-bad-inputs',
    managed: {
      group: 'AWSManagedRulesKnownBadInputsRuleSet',
      counted: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
    },
  },
]

/** The firewall before the API. */
export function webAcl(scope: Construct, name: string): CfnWebACL {
  return new CfnWebACL(scope, 'WebAcl', {
    name,
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visible(name),
    rules: firewallRules.map((rule, priority) => ({
      name: rule.name,
      priority,
      ...statementOf(rule),
      visibilityConfig: visible(rule.name),
    })),
  })
}

function statementOf({
  managed,
}: FirewallRule): Pick<CfnWebACL.RuleProperty, 'action' | 'overrideAction' | 'statement'> {
  if (!managed) {
    const { requests: limit, windowSeconds: evaluationWindowSec } = floodLimit
    return {
      action: { block: {} },
      statement: { rateBasedStatement: { limit, evaluationWindowSec, aggregateKeyType: 'IP' } },
    }
  }
  const ruleActionOverrides = managed.counted.map(name => ({ name, actionToUse: { count: {} } }))
  return {
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: managed.group, ruleActionOverrides } },
  }
}

function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true }
}

/** What the firewall did with the requests of a rule, or of all: `BlockedRequests`, `AllowedRequests`. */
export function firewallMetric(
  scope: Construct,
  { webAcl: WebACL, rule, metricName }: { readonly webAcl: string; readonly rule: string; readonly metricName: string },
): Metric {
  return new Metric({
    namespace: 'AWS/WAFV2',
    metricName,
    dimensionsMap: { WebACL, Rule: rule, Region: Stack.of(scope).region },
    statistic: 'Sum',
    period: Duration.minutes(5),
    label: rule,
  })
}

/**
 * What each rule counted, a line each: a rule within a group, whose action is overridden, has its own metric, which is not the group's.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-settings.html
 */
export function firewallCounts(webAcl: string): MathExpression {
  const wanted = `Namespace="AWS/WAFV2" MetricName="CountedRequests" WebACL="${webAcl}"`
  return new MathExpression({
    expression: `SEARCH('${wanted}', 'Sum', 300)`,
    usingMetrics: {},
    period: Duration.minutes(5),
    label: '',
  })
}
