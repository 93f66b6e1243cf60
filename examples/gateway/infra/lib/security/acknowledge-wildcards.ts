import { Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Tells cdk-nag why these resources, or actions, of a policy end in a wildcard: each by itself, so that another one is found again.
 * @param policyHolder the construct whose policy it is, such as a role
 */
export function acknowledgeWildcards(policyHolder: IConstruct, resources: readonly string[], reason: string): void {
  const stack = Stack.of(policyHolder)
  for (const resource of resources) {
    const id = `AwsSolutions-IAM5[Resource::${flat(stack.resolve(resource))}]`
    Validations.of(policyHolder).acknowledge({ id, reason })
  }
}

/** A resolved value as cdk-nag writes it: references in angle brackets. */
function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const [name, inner] = Object.entries(value)[0] ?? []
  if (name === 'Fn::Join') return (inner as [string, unknown[]])[1].map(flat).join('')
  if (name === 'Fn::GetAtt') return `<${(inner as string[]).join('.')}>`
  return `<${String(inner)}>`
}
