import { Stack } from 'aws-cdk-lib'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { EnvironmentProfile } from '../environment-profile.ts'
import type { ResourceNames } from '../resource-names.ts'

/** The one key that tables, secrets and topics are encrypted with. */
export function encryptionKey(scope: Construct, { prefix }: ResourceNames, profile: EnvironmentProfile): Key {
  const key = new Key(scope, 'EncryptionKey', {
    alias: prefix,
    description: `Tables, secrets and topics of ${prefix}`,
    enableKeyRotation: true,
    removalPolicy: profile.removalPolicy,
  })
  // Without it an alarm changes its state, and nobody is told: CloudWatch cannot write to an encrypted topic.
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsToTopics',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  )
  return key
}
