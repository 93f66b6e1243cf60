import { hasContent, type StreamFacts } from '@modelgate/core'
import { toChunk } from './event-form.ts'
import type { EventSpan } from './event-search.ts'

/**
 * The first event with content, where the events have one; what the chunks up to it say of model, id and service tier is noted in `facts`.
 * Malformed JSON must fail here, where the call can still fail over.
 * @throws {GatewayError} `upstream_bad_response` for data that is not JSON
 */
export function findContent(events: Buffer, facts: StreamFacts): EventSpan | undefined {
  for (let start = 0; start < events.length; ) {
    const end = events.indexOf('\n\n', start) + 2
    // A comment is an event that holds nothing.
    const chunk = events[start] === 0x3a ? undefined : toChunk(events.toString('utf8', start + 'data: '.length, end))
    facts.responseModel ||= chunk?.model
    facts.responseId ||= chunk?.id
    facts.serviceTier ??= chunk?.service_tier ?? undefined
    if (chunk && hasContent(chunk)) return { start, end }
    start = end
  }
  return undefined
}
