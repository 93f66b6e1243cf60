import { Stack } from 'aws-cdk-lib'
import { type CfnPolicy, Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcards } from './acknowledge-wildcards.ts'

/**
 * What the gateway may do, wherever it runs: list models and profiles, call them, read the secret with the API keys.
 * @param logicalId the policy's name in the template
 */
export function allowProxy(role: Role, logicalId: string, apiKeySecretArn: string): Policy {
  const { partition, account } = Stack.of(role)
  // A profile leads to models in other regions, so a region stands in none of these.
  const models = [
    `arn:${partition}:bedrock:*::foundation-model/*`,
    `arn:${partition}:bedrock:*:${account}:inference-profile/*`,
    `arn:${partition}:bedrock:*:${account}:application-inference-profile/*`,
  ]
  const policy = new Policy(role, 'Proxy', {
    roles: [role],
    statements: [
      allow('ListModels', ['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles'], ['*']),
      allow('InvokeModels', ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'], models),
      allow('ApiKey', ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], [apiKeySecretArn]),
    ],
  })
  ;(policy.node.defaultChild as CfnPolicy).overrideLogicalId(logicalId)
  acknowledgeWildcards(
    policy,
    ['*'],
    'Bedrock lists the models and profiles of an account; these actions take no resource.',
  )
  acknowledgeWildcards(policy, models, 'Callers choose their model, and a profile leads to models in several regions.')
  return policy
}

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources })
}
