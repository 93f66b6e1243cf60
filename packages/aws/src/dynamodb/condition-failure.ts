import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** What a write's condition failed of: the item that stood against it, where there was one and the write asked to be told. */
type ConditionFailure = Error & { readonly Item?: Record<string, AttributeValue> }

/** Whether a write came to nothing since its condition does not hold. By the error's name: two copies of the SDK may live in one process. */
export function isConditionFailure(error: unknown): error is ConditionFailure {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException'
}
