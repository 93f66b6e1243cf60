import { Stack } from 'aws-cdk-lib'
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge-wildcards.ts'

/** What the gateway asks of Bedrock: calls, streamed calls, batch jobs. */
export const bedrockActions: readonly string[] = [
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:CreateModelInvocationJob',
]

/** The makers whose models may be called; a name of a model in place of one narrows it. */
const modelPatterns: readonly string[] = ['anthropic.*', 'cohere.*']

/**
 * The ARNs of these makers' models: their own ids, and inference profiles. A profile needs the permission on itself and on the model in
 * every region that it leads to, which is why no region stands in a model's ARN.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
export function modelArns(scope: Construct): string[] {
  const { partition, region, account } = Stack.of(scope)
  return [
    ...modelPatterns.map(pattern => `arn:${partition}:bedrock:*::foundation-model/${pattern}`),
    // The prefix is a geography: eu.anthropic.…
    ...modelPatterns.map(pattern => `arn:${partition}:bedrock:${region}:${account}:inference-profile/*.${pattern}`),
  ]
}

/** The ARN of every batch job of the account in the stack's region. */
export function batchJobArn(scope: Construct): string {
  const { partition, region, account } = Stack.of(scope)
  return `arn:${partition}:bedrock:${region}:${account}:model-invocation-job/*`
}

/** Lets a role do this on Bedrock. */
export function allowBedrock(role: Role, actions: readonly string[]): void {
  const jobs = actions.includes('bedrock:CreateModelInvocationJob') ? [batchJobArn(role)] : []
  const resources = [...modelArns(role), ...jobs]
  role.addToPolicy(new PolicyStatement({ sid: 'Bedrock', effect: Effect.ALLOW, actions: [...actions], resources }))
  acknowledgeWildcards(
    role,
    modelArns(role),
    'Callers choose among the models of the makers named, and a profile leads to several regions.',
  )
  acknowledgeWildcards(role, jobs, 'A job gets its id when it is made.')
}

/**
 * Lets a role list models and profiles: cross-region inference finds the region's profiles by it, and `GET /v1/models` its models.
 * Without it a bare model id goes out as it is.
 */
export function allowBedrockLists(role: Role): void {
  const actions = ['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles']
  // It lists by the account: AWS gives these no resource to name.
  role.addToPolicy(new PolicyStatement({ sid: 'BedrockLists', effect: Effect.ALLOW, actions, resources: ['*'] }))
  acknowledgeWildcards(
    role,
    ['*'],
    'Bedrock lists the models and profiles of an account; these actions take no resource.',
  )
}
