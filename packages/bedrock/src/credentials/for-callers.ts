import type { Call, Handler, Operation, Provider } from '@modelgate/core'
import { CallerKeys } from './caller-keys.ts'

/** The handlers of a provider. */
export type Handlers = { readonly [O in 'chat' | 'embeddings']: Handler<O> }

/**
 * Handlers that serve callers with AWS keys of their own by other handlers, which know no other keys. Those are made for each such call
 * and gone with it: nobody's keys are kept.
 */
export function servingCallers(own: Handlers, handlersOf: (keys: CallerKeys) => Handlers): Provider['handlers'] {
  const handlersFor = ({ context: { callerCredentials } }: Call<Operation>): Handlers => {
    if (callerCredentials === undefined) return own
    const keys = CallerKeys.of(callerCredentials)
    return keys ? handlersOf(keys) : refusing
  }
  return {
    chat: call => handlersFor(call).chat(call),
    embeddings: call => handlersFor(call).embeddings(call),
  }
}

/** Of credentials that another provider has read: the provider's own must not stand in for them. */
const refusing: Handlers = { chat: refuse, embeddings: refuse }

function refuse(): Promise<never> {
  return Promise.reject(new TypeError('A call brought credentials that this provider has not read.'))
}
