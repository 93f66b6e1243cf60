import type { CallFacts } from './call-facts.ts'
import type { Bounds, Condition, OneOf } from './route-rule.ts'

/** Whether a condition holds on a call. The prompt is measured last, and only where it must be. */
export function holds(condition: Condition, facts: CallFacts): boolean {
  const { principal, tags } = facts.call.context
  const { tier, tenant, userId, stream, tools, images, promptTokens } = condition
  return (
    isOneOf(tier, principal?.tier) &&
    isOneOf(tenant, principal?.tenant) &&
    isOneOf(userId, principal?.userId) &&
    Object.entries(condition.tags ?? {}).every(([name, wanted]) =>
      isOneOf(wanted, Object.hasOwn(tags, name) ? tags[name] : undefined),
    ) &&
    (stream === undefined || stream === facts.stream) &&
    (tools === undefined || tools === facts.tools) &&
    (images === undefined || images === facts.images > 0) &&
    (promptTokens === undefined || isWithin(promptTokens, facts.promptTokens))
  )
}

function isOneOf(wanted: OneOf | undefined, value: string | undefined): boolean {
  if (wanted === undefined) return true
  if (value === undefined) return false
  return typeof wanted === 'string' ? wanted === value : wanted.includes(value)
}

function isWithin({ gt, gte, lt, lte }: Bounds, value: number): boolean {
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  )
}
