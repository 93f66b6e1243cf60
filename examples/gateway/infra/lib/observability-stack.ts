import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { GatewayResources } from './ai-model-gateway-stack.ts'
import type { AlarmRule } from './monitoring/alarm-rule.ts'
import { alarmRules, type Watched } from './monitoring/alarm-rules.ts'
import { businessRows } from './monitoring/business-rows.ts'
import { dashboard } from './monitoring/dashboards.ts'
import { gatewayMetricsOf } from './monitoring/gateway-metric.ts'
import { operationalRows } from './monitoring/operational-rows.ts'
import { securityRows } from './monitoring/security-rows.ts'
import type { Settings } from './read-settings.ts'

export interface ObservabilityStackProps extends StackProps {
  readonly settings: Settings
  /** What is watched. */
  readonly resources: GatewayResources
}

/** Topics, alarms and dashboards of a gateway. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { settings, resources, ...props }: ObservabilityStackProps) {
    super(scope, id, props)
    const { prefix } = resources.names
    const topics = {
      alerts: this.#topic('AlertTopic', `${prefix}-alerts`, { settings, resources }),
      security: this.#topic('SecurityAlertTopic', `${prefix}-security-alerts`, { settings, resources }),
    }
    const watched: Watched = { scope: this, resources, metrics: gatewayMetricsOf(settings.environment) }
    for (const rule of alarmRules(watched)) this.#alarm(prefix, rule, topics[rule.topic])
    dashboard(this, `${prefix}-operational`, operationalRows(watched))
    dashboard(this, `${prefix}-security`, securityRows(watched))
    dashboard(this, `${prefix}-business`, businessRows(watched))
  }

  #topic(
    id: string,
    topicName: string,
    { settings, resources }: Pick<ObservabilityStackProps, 'settings' | 'resources'>,
  ): Topic {
    const topic = new Topic(this, id, { topicName, masterKey: resources.key, enforceSSL: true })
    // A policy of its own, as enforceSSL makes one, takes the place of the default one, by which alarms would get in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    )
    if (settings.alertEmail !== undefined) topic.addSubscription(new EmailSubscription(settings.alertEmail))
    new CfnOutput(this, `${id}Arn`, { value: topic.topicArn, description: 'Subscribe to it' })
    return topic
  }

  #alarm(
    prefix: string,
    { name, description, metric, threshold, isLeast, periods = 1 }: AlarmRule,
    topic: Topic,
  ): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${prefix}-${name}`,
      alarmDescription: `${description}. See docs/deploy.md.`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: isLeast ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      // Nobody calls at night, and then nothing is wrong.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    const action = new SnsAction(topic)
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
  }
}
