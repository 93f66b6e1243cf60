import { forChat } from '../compose.ts'
import type { Middleware } from '../contract.ts'
import type { ContextLayer } from './context-layer.ts'
import { noteContext } from './note-context.ts'

export interface AddContextOptions {
  readonly layer: ContextLayer
  /** The smallest context window, in tokens, that a call may reach by this name; `undefined` where none is known. */
  readonly windowOf: (model: string) => number | undefined
}

/** Before limits and budgets: lets them reserve what the layer may add. */
export function reserveContext(layer: ContextLayer): Middleware {
  return forChat((call, next) => {
    const { context } = call
    if (context.wantsContext) context.addableTokens = layer.maxTokens
    return next(call)
  })
}

/** Runs the layer on the chats whose callers do not refuse it. */
export function addContext({ layer, windowOf }: AddContextOptions): Middleware {
  return forChat((call, next) => {
    const { context } = call
    if (!context.wantsContext) {
      noteContext(context, { status: 'off', items: [], tokens: 0 })
      return next(call)
    }
    context.smallestWindow = windowOf(call.request.model)
    return layer(call, next)
  })
}
