import { forChat } from '../compose.ts'
import type { Middleware } from '../contract.ts'
import type { ContextLayer } from './context-layer.ts'
import { noteContext } from './note-context.ts'

/** The layer that adds facts, and how much room a call's targets have for them. */
interface AddContextOptions {
  readonly layer: ContextLayer
  /** The smallest context window, in tokens, that a call may reach by this name; `undefined` where none is known. */
  readonly windowOf: (model: string) => number | undefined
}

/** Before limits and budgets: lets them reserve what the layer may add to this call. */
export function reserveContext({ layer, windowOf }: AddContextOptions): Middleware {
  return forChat((call, next) => {
    const { context } = call
    if (!context.wantsContext) return next(call)
    context.smallestWindow = windowOf(call.request.model)
    context.addableTokens = Math.min(layer.addableTokens?.(call) ?? layer.maxTokens, layer.maxTokens)
    return next(call)
  })
}

/** Runs the layer on the chats whose callers do not refuse it, and for which something was reserved. */
export function addContext({ layer, windowOf }: AddContextOptions): Middleware {
  return forChat((call, next) => {
    const { context } = call
    if (!context.wantsContext) {
      noteContext(context, { status: 'off', items: [], tokens: 0 })
      return next(call)
    }
    if (context.addableTokens === 0) {
      noteContext(context, { status: 'skipped', items: [], tokens: 0 })
      return next(call)
    }
    // What was reserved is for the window that it was reserved for, whatever model a layer between has named.
    context.smallestWindow = smaller(context.smallestWindow, windowOf(call.request.model))
    return layer(call, next)
  })
}

function smaller(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}
