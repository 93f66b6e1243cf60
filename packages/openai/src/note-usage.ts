import type { StreamFacts, Usage } from '@modelgate/core'
import { type EventSpan, eventValue } from './event-search.ts'

/** Where usage is noted, and whether the chunk with it is kept from the client. */
interface UsageWish {
  readonly facts: StreamFacts
  readonly withholdUsage: boolean
}

/**
 * Notes what was used, told last, and returns the events without those that are withheld. Some servers tell it before the finish, or in
 * every chunk.
 * @param spans the events that may tell usage, in order
 */
export function noteUsage(events: Buffer, spans: readonly EventSpan[], { facts, withholdUsage }: UsageWish): Buffer {
  if (spans.length === 0) return events
  let rest = events
  let isKnown = false
  for (const span of spans.toReversed()) {
    const chunk = eventValue(events, span)
    if (!hasUsage(chunk)) continue
    if (!isKnown) facts.usage = chunk.usage
    if (!withholdUsage) break
    isKnown = true
    if (Array.isArray(chunk.choices) && chunk.choices.length === 0) rest = without(rest, span)
  }
  return rest
}

function hasUsage(chunk: unknown): chunk is { readonly usage: Usage; readonly choices?: unknown } {
  if (typeof chunk !== 'object' || chunk === null || !('usage' in chunk)) return false
  const { usage } = chunk
  return (
    typeof usage === 'object' && usage !== null && 'prompt_tokens' in usage && typeof usage.prompt_tokens === 'number'
  )
}

function without(events: Buffer, { start, end }: EventSpan): Buffer {
  if (end === events.length) return events.subarray(0, start)
  return Buffer.concat([events.subarray(0, start), events.subarray(end)])
}
