import type { AttributeValue } from '@aws-sdk/client-dynamodb'

type Item = Record<string, AttributeValue>

/** DynamoDB's numbers end here; JavaScript's go on, and one of those fails the whole request. */
const largestNumber = 9.9e125
const smallestNumber = 1e-130

/**
 * Plain data as DynamoDB's attribute values. What a number of DynamoDB's cannot be (`NaN`, `Infinity`) and what is not there is
 * left out; in a list it is `NULL`, so that the others keep their places. A member of the item itself that is `null` is left out, too.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function toItem(members: object): Item {
  return toMap(Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null)))
}

function toMap(members: object): Item {
  const item: Item = {}
  for (const [name, member] of Object.entries(members)) {
    const value = toValue(member)
    // An attribute of a nested map may not have an empty name.
    if (value && name !== '') item[name] = value
  }
  return item
}

function toValue(value: unknown): AttributeValue | undefined {
  // DynamoDB takes UTF-8 only; half a character, as a cut may leave it, would fail the whole request.
  if (typeof value === 'string') return { S: value.toWellFormed() }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'number') return toNumber(value)
  if (Array.isArray(value)) return { L: value.map(member => toValue(member) ?? { NULL: true }) }
  if (value === null) return { NULL: true }
  return typeof value === 'object' ? { M: toMap(value) } : undefined
}

function toNumber(value: number): AttributeValue | undefined {
  if (!(Math.abs(value) <= largestNumber)) return undefined
  return { N: String(Math.abs(value) < smallestNumber ? 0 : value) }
}

/** What {@link toItem} wrote. */
export function fromItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromValue(value)]))
}

function fromValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return Number(value.N)
  if (value.BOOL !== undefined) return value.BOOL
  if (value.L) return value.L.map(fromValue)
  return value.M ? fromItem(value.M) : null
}
