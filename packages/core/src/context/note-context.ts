import type { AddedContext } from '../added-context.ts'
import type { CallContext } from '../call-context.ts'
import { eventNames } from '../telemetry/semantic-conventions.ts'

/** Says what was done with a call's context: to its report, its span, and in the answer header `x-modelgate-context`. */
export function noteContext(context: CallContext, added: AddedContext): void {
  context.addedContext = added
  context.answerHeaders['x-modelgate-context'] = headerOf(added)
  const { status, reason, source, items, tokens } = added
  context.trace?.event(eventNames.context, {
    'modelgate.context.status': status,
    'modelgate.context.items': items.length,
    'modelgate.context.tokens': tokens,
    ...(reason && { 'modelgate.context.reason': reason }),
    ...(source && { 'modelgate.context.source': source }),
  })
}

/** As in `hit;items=5;tokens=412`, `failed;reason=timeout`, `skipped`. */
function headerOf({ status, reason, items, tokens }: AddedContext): string {
  const counted = items.length > 0 ? `;items=${items.length};tokens=${tokens}` : ''
  return `${status}${counted}${reason ? `;reason=${reason}` : ''}`
}
