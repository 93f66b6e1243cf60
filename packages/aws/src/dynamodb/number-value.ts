import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** A number as DynamoDB has it: text. */
export function numberValue(value: number): AttributeValue.NMember {
  return { N: String(value) }
}

/** The number that an attribute holds; 0 where there is none, as DynamoDB adds to one that is missing. */
export function numberOf(value: AttributeValue | undefined): number {
  return Number(value?.N ?? 0)
}
