import type { AddedContext } from '../added-context.ts'
import type { CallContext } from '../call-context.ts'
import { attributeNames, eventNames } from '../telemetry/semantic-conventions.ts'

/** Says what was done with a call's context: to its report, its span, and in the answer header `x-modelgate-context`. */
export function noteContext(context: CallContext, added: AddedContext): void {
  context.addedContext = added
  context.answerHeaders['x-modelgate-context'] = headerOf(added)
  const { status, reason, source, items, tokens } = added
  if (items.length === 0) context.addableTokens = 0
  context.trace?.event(eventNames.context, {
    [attributeNames.contextStatus]: status,
    [attributeNames.contextItems]: items.length,
    [attributeNames.contextTokens]: tokens,
    ...(reason && { [attributeNames.contextReason]: reason }),
    ...(source && { [attributeNames.contextSource]: source }),
  })
}

/** As in `hit;items=5;tokens=412`, `failed;reason=timeout`, `skipped`. */
function headerOf({ status, reason, items, tokens }: AddedContext): string {
  const counted = items.length > 0 ? `;items=${items.length};tokens=${tokens}` : ''
  return `${status}${counted}${reason ? `;reason=${reason}` : ''}`
}
