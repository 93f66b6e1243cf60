import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** The makers whose models may be called; a model's name in place of one narrows it. */
const modelPatterns: readonly string[] = ['amazon.*', 'anthropic.*', 'cohere.*', 'meta.*', 'mistral.*']

/**
 * The ARNs of these makers' models, and of the inference profiles that lead to them: a profile needs the permission on itself and on the
 * model in every region that it leads to, which is why no region stands in a model's ARN.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
export function modelArns(scope: Construct): string[] {
  const { partition, region, account } = Stack.of(scope)
  return modelPatterns.flatMap(pattern => [
    `arn:${partition}:bedrock:*::foundation-model/${pattern}`,
    // The prefix is a geography: us.anthropic.…
    `arn:${partition}:bedrock:${region}:${account}:inference-profile/*.${pattern}`,
  ])
}
