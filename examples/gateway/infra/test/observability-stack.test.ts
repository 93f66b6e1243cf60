import { readFileSync } from 'node:fs'
import { gatewayMetrics } from '@modelgate/aws/cloudwatch'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { sizes } from '../../../../tests/deploy-costs/workload.ts'
import { propertiesOf, synthesised } from './synthesised.ts'

const { app, gateway, observability } = synthesised({ ALERT_EMAIL: 'ops@example.com' })

describe('the stack ai-gateway-dev-observability', () => {
  it('comes after the gateway’s', () => {
    const dependencies = app
      .synth()
      .getStackByName('ai-gateway-dev-observability')
      .dependencies.map(({ id }) => id)
    expect(dependencies).toContain('ai-gateway-dev')
  })

  it.each([
    ['ai-gateway-dev-alerts', 'AlertTopic'],
    ['ai-gateway-dev-security-alerts', 'SecurityAlertTopic'],
  ])('has the topic %s, encrypted, to which alarms may write and somebody is subscribed', (TopicName, id) => {
    observability.hasResourceProperties('AWS::SNS::Topic', { TopicName, KmsMasterKeyId: Match.anyValue() })
    const Topics = [{ Ref: Match.stringLikeRegexp(`^${id}`) }]
    const Principal = { Service: 'cloudwatch.amazonaws.com' }
    observability.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics,
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Principal, Action: 'sns:Publish' })]),
      },
    })
    observability.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: Topics[0],
    })
    gateway.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Effect: 'Allow' }),
        ]),
      },
    })
  })

  it('looks for what the firewall counts under whatever rule did: AWS writes it by the rule within a group, and not by the group', () => {
    const bodies = propertiesOf(observability, 'AWS::CloudWatch::Dashboard').map(({ DashboardBody }) =>
      JSON.stringify(DashboardBody).replaceAll('\\', ''),
    )
    const [security = ''] = bodies.filter(body => body.includes('Counted by the firewall'))
    expect(security).toContain(
      `SEARCH('Namespace="AWS/WAFV2" MetricName="CountedRequests" WebACL="ai-gateway-dev-web-acl"', 'Sum', 300)`,
    )
  })

  it.each(['operational', 'security', 'business'])('has the dashboard %s', name => {
    observability.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: `ai-gateway-dev-${name}` })
  })
})

describe('the alarms', () => {
  const above = { ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' }

  it('tell of more than 10 answers with 5xx in 10 minutes', () => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-server-errors',
      ...above,
      Namespace: 'AWS/ApiGateway',
      MetricName: '5XXError',
      Dimensions: [{ Name: 'ApiName', Value: 'ai-gateway-dev-rest-api' }],
      Statistic: 'Sum',
      Threshold: 10,
      Period: 600,
      EvaluationPeriods: 1,
    })
  })

  it('tell of a latency of more than 5 seconds on average for 15 minutes', () => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-latency',
      ...above,
      Namespace: 'AWS/ApiGateway',
      MetricName: 'Latency',
      Statistic: 'Average',
      Threshold: 5_000,
      Period: 300,
      EvaluationPeriods: 3,
    })
  })

  it('tell of errors of the function, and of the authorizer’s without those it turned away', () => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-handler-errors',
      ...above,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Threshold: 5,
    })
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-authorizer-errors',
      ...above,
      Metrics: Match.arrayWith([Match.objectLike({ Expression: 'FILL(errors, 0) - FILL(refused, 0)' })]),
    })
  })

  it('tell of keys that are not taken, on the topic of security', () => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-auth-failures',
      ...above,
      Threshold: 20,
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^SecurityAlertTopic') }],
    })
  })

  it('tell of more than 100 dollars an hour', () => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-cost',
      ...above,
      Namespace: 'AiModelGateway',
      MetricName: 'CostUsd',
      Statistic: 'Sum',
      Threshold: 100,
      Period: 3_600,
      EvaluationPeriods: 1,
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlertTopic') }],
    })
  })

  it('watch the 99.9 per cent and the 2 seconds', () => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-availability',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 99.9,
    })
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ai-gateway-dev-first-content',
      ...above,
      MetricName: 'TimeToFirstContent',
      ExtendedStatistic: 'p90',
      Threshold: 2_000,
    })
  })

  it('tell which table is throttled, its indexes included, and none looks at more than the ten metrics that it may', () => {
    const tables = propertiesOf(gateway, 'AWS::DynamoDB::GlobalTable').map(({ TableName }) => String(TableName))
    expect(tables).toHaveLength(5)
    const alarms = propertiesOf(observability, 'AWS::CloudWatch::Alarm')
    for (const table of tables) {
      const name = table.replace('ai-gateway-dev-', 'ai-gateway-dev-throttled-')
      expect(alarms.map(({ AlarmName }) => AlarmName)).toContain(name)
    }
    const [keys = {}] = alarms.filter(({ AlarmName }) => AlarmName === 'ai-gateway-dev-throttled-api-keys')
    expect(JSON.stringify(keys.Metrics)).toContain('"Value":"ApiKeyLookupGlobalSecondaryIndex"')
    for (const alarm of alarms) expect(metricsOf(alarm)).toBeLessThanOrEqual(10)
  })

  it('are as many, and look at as many metrics, as docs/deploy.md reckons the price of', () => {
    const alarms = propertiesOf(observability, 'AWS::CloudWatch::Alarm')
    expect(alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0)).toBe(sizes.gateway.alarmMetrics)
    // The authorizer has one, too.
    expect(Object.keys(gatewayMetrics).length + 1).toBe(sizes.gateway.metrics)
    expect(propertiesOf(observability, 'AWS::CloudWatch::Dashboard')).toHaveLength(sizes.gateway.dashboards)
    expect(propertiesOf(gateway, 'AWS::WAFv2::WebACL')[0]?.Rules).toHaveLength(sizes.gateway.webAclRules)
    const memories = propertiesOf(gateway, 'AWS::Lambda::Function').map(({ MemorySize }) => Number(MemorySize) / 1024)
    expect(memories).toEqual([sizes.gateway.memoryGb, sizes.gateway.authorizerGb])
  })

  it('stand in docs/deploy.md, each with what to do, and nothing else does', () => {
    const markdown = readFileSync(new URL('../../../../docs/deploy.md', import.meta.url), 'utf8')
    const rows = [...markdown.matchAll(/^\| `ai-gateway-\{env\}-([\w{}-]+)` \| (.+) \| (.+) \|$/gm)]
    const tables = propertiesOf(gateway, 'AWS::DynamoDB::GlobalTable').map(({ TableName }) => String(TableName))
    const told = rows.flatMap(([, name = '']) =>
      (name.endsWith('{table}') ? tables : ['']).map(
        table => `ai-gateway-dev-${name.replace('{table}', table.replace('ai-gateway-dev-', ''))}`,
      ),
    )
    expect(told.sort()).toEqual(
      propertiesOf(observability, 'AWS::CloudWatch::Alarm')
        .map(({ AlarmName }) => String(AlarmName))
        .sort(),
    )
  })
})

/** How many metrics an alarm looks at: its own, or those that its expression is made of. */
function metricsOf({ MetricName, Metrics }: Readonly<Record<string, unknown>>): number {
  if (MetricName !== undefined) return 1
  return (Metrics as readonly object[]).filter(metric => 'MetricStat' in metric).length
}
