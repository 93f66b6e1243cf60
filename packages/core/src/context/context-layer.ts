import type { Call, ChatMiddleware } from '../contract.ts'

const brand: unique symbol = Symbol.for('modelgate.ContextLayer')

/** A layer that adds facts to chats: `mcpContext()` of `@modelgate/mcp-context` is one. For the option `context` of a gateway. */
export interface ContextLayer extends ChatMiddleware, ContextLayerParts {
  readonly [brand]: true
}

/** What a context layer has beside its own work. */
export interface ContextLayerParts {
  /** The most tokens that it adds to a prompt, which limits and budgets reserve before it has run: no estimate, but what cannot be exceeded. */
  readonly maxTokens: number
  /**
   * The most of them that it may add to this call, whose `context.smallestWindow` is known; 0 where it adds none, and it is not run then.
   * Asked before limits, of every chat that lets facts be added. Default: all.
   */
  addableTokens?(call: Call<'chat'>): number
  /** How its source stands. Asks nobody. */
  health(): ContextHealth
  /** Called by a gateway that is given the layer: failures of the source are told to it, each once. */
  tellFailures(onError: (error: unknown, callId?: string) => void): void
  /** Closes the source; once, when its gateway is closed. */
  close(): Promise<void>
}

/** How the source of a context layer stands. */
export interface ContextHealth {
  readonly source: string
  /** As the source says of itself. */
  readonly state: 'idle' | 'connected' | 'disconnected' | 'refused'
  readonly detail?: string | undefined
  readonly breaker: 'closed' | 'open' | 'halfOpen'
  /** Why it could not be asked the last time, if it could not. */
  readonly lastFailure?: string | undefined
  /** Whether calls that are to get facts fail where it gives none. */
  readonly isRequired: boolean
}

/** Makes a context layer of a middleware, which says by {@link noteContext} what it did. */
export function contextLayer(middleware: ChatMiddleware, parts: ContextLayerParts): ContextLayer {
  return Object.assign(middleware, parts, { [brand]: true as const })
}

/** Recognised by its brand: a program may hold this module twice. */
export function isContextLayer(value: unknown): value is ContextLayer {
  return typeof value === 'function' && Reflect.get(value, brand) === true
}
