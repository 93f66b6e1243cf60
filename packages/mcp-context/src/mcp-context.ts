import {
  type AddedContext,
  type Call,
  type ContextLayer,
  contextLayer,
  GatewayError,
  type Handler,
  noteContext,
  type Result,
  unlessAborted,
} from '@modelgate/core'
import { mostBytes } from './block-tokens.ts'
import { checkContextOptions, checkSecret } from './check-context-options.ts'
import { type ContextBlock, contextBlock } from './context-block.ts'
import type { ContextPredicate } from './context-predicate.ts'
import { toContextSource } from './context-source.ts'
import { lastUserTurn, textOfTurn, withLastPart } from './last-user-turn.ts'
import { type Found, LookUp } from './look-up.ts'
import type { McpContextOptions } from './mcp-context-options.ts'
import { productItem } from './product.ts'
import { productQuestion } from './product-question/product-question.ts'
import { toQuery } from './query.ts'
import { SourceBreaker } from './source-breaker.ts'
import type { SourceFault } from './source-fault.ts'

/**
 * A layer that looks up facts for chats and adds them, as data, at the end of their last user turn: for the option `context` of a
 * gateway. Where the source fails, calls go on without, and say so, unless it is `required`.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault. Calls: `context_unavailable` where the source is required.
 */
export function mcpContext(options: McpContextOptions): ContextLayer {
  checkContextOptions(options)
  const layer = new McpContext(options)
  return contextLayer((call, next) => layer.run(call, next), {
    maxTokens: mostBytes(layer.maxTokens) + aroundPart,
    addableTokens: call => layer.addableTokens(call),
    health: () => layer.health(),
    tellFailures: onError => void layer.listeners.push(onError),
    close: () => layer.close(),
  })
}

/** Tokens that stand around a part in a prompt, at the most. */
const aroundPart = 16
/** As many of a source's items are looked at for each that may be shown … */
const lookedAtPerItem = 4
/** … up to as many as may be shown: few servers give more at once, and some refuse to. */
const mostLookedAt = 100

class McpContext {
  readonly maxTokens: number
  readonly listeners: ((error: unknown, callId?: string) => void)[] = []
  private readonly options: McpContextOptions
  private readonly source: ReturnType<typeof toContextSource>
  private readonly when: ContextPredicate
  private readonly breaker: SourceBreaker
  private readonly lookUp: LookUp
  private readonly now: () => number
  private readonly maxItems: number
  private secret: string | undefined
  private lastFailure: string | undefined

  constructor(options: McpContextOptions) {
    const { budget = {}, now = () => performance.now(), random = Math.random } = options
    this.options = options
    this.now = now
    this.maxTokens = budget.maxTokens ?? 800
    this.maxItems = budget.maxItems ?? 5
    this.source = toContextSource(options.source)
    this.when = options.when ?? productQuestion()
    this.breaker = new SourceBreaker(options.circuitBreaker ?? {}, { now, random })
    this.lookUp = new LookUp({
      source: this.source,
      breaker: this.breaker,
      select: options.select ?? productItem,
      allowedHosts: new Set(options.allowedHosts),
      limit: Math.min(this.maxItems * lookedAtPerItem, mostLookedAt),
      timeoutMs: options.timeoutMs ?? 300,
      ttlMs: options.ttlMs ?? 60_000,
      maxStaleMs: options.maxStaleMs ?? 3_600_000,
      maxBytes: options.maxCacheBytes ?? 8 * 1024 * 1024,
      onFault: fault => this.failed(fault),
      now,
    })
  }

  run(call: Call<'chat'>, next: Handler<'chat'>): Promise<Result<'chat'>> {
    const startedAt = this.now()
    let query: string
    try {
      query = this.queryOf(call)
    } catch (error) {
      const fault: SourceFault = { reason: 'error', error }
      this.failed(fault, call.context.callId)
      return this.goOn(call, next, { found: { fault, isCached: false }, startedAt })
    }
    if (query === '') {
      noteContext(call.context, { status: 'skipped', items: [], tokens: 0 })
      return next(call)
    }
    const found = this.lookUp.find(query, call.context.principal?.tenant)
    if (!(found instanceof Promise)) return this.goOn(call, next, { found, startedAt })
    return unlessAborted(found, call.signal).then(known => this.goOn(call, next, { found: known, startedAt }))
  }

  /** In bytes, which tokens are not shorter than. A predicate that throws is told of when the call comes by. */
  addableTokens(call: Call<'chat'>): number {
    try {
      if (this.saidIn(call) === '') return 0
    } catch {
      // The layer itself says so.
    }
    return mostBytes(this.roomIn(call.context.smallestWindow)) + aroundPart
  }

  health(): ReturnType<ContextLayer['health']> {
    const { name, state, detail } = this.source.describe()
    const isRequired = this.options.required === true
    return { source: name, state, detail, breaker: this.breaker.state, lastFailure: this.lastFailure, isRequired }
  }

  async close(): Promise<void> {
    this.lookUp.forget()
    await this.source.close()
  }

  /** Empty where the call gets none. */
  private queryOf(call: Call<'chat'>): string {
    const said = this.saidIn(call)
    return said !== '' && this.options.query ? toQuery(this.options.query(call) ?? '') : said
  }

  /** What the last user turn says, where it is of the chats that get facts. */
  private saidIn(call: Call<'chat'>): string {
    const turn = lastUserTurn(call.request)
    const said = turn ? toQuery(textOfTurn(turn.message)) : ''
    return said !== '' && this.when(said, call) ? said : ''
  }

  /** How many tokens facts may have beside what else a window is for. */
  private roomIn(smallestWindow: number | undefined): number {
    const share = Math.floor((smallestWindow ?? Number.POSITIVE_INFINITY) * (this.options.budget?.windowShare ?? 0.1))
    return Math.min(this.maxTokens, share)
  }

  private goOn(call: Call<'chat'>, next: Handler<'chat'>, { found, startedAt }: LookedUp): Promise<Result<'chat'>> {
    const { fault, answer, isCached } = found
    const { context, request } = call
    const told = {
      source: this.source.describe().name,
      durationMs: Math.round(this.now() - startedAt),
      ...(fault && { reason: fault.reason }),
    }
    if (!answer) {
      noteContext(context, { ...told, status: 'failed', items: [], tokens: 0 })
      return this.options.required ? Promise.reject(this.unavailable(fault)) : next(call)
    }
    const turn = lastUserTurn(request)
    let block: ContextBlock | undefined
    try {
      block = turn && this.blockOf(answer, context.smallestWindow)
    } catch (error) {
      // The secret's own function: without one nothing can be added, ever.
      return Promise.reject(error instanceof Error ? error : new TypeError('The secret could not be had.'))
    }
    const status: AddedContext['status'] = !block ? 'none' : fault ? 'stale' : 'hit'
    const { ids: items, tokens } = block ?? { ids: [], tokens: 0 }
    noteContext(context, { ...told, status, items, tokens, version: answer.version, isCached })
    return next(turn && block ? { ...call, request: withLastPart(request, turn, block.text) } : call)
  }

  /** The same facts for the same room are the same block: it is kept with the answer. */
  private blockOf(answer: NonNullable<Found['answer']>, smallestWindow: number | undefined): ContextBlock | undefined {
    const maxTokens = this.roomIn(smallestWindow)
    if (answer.rendered?.maxTokens !== maxTokens) {
      const block = contextBlock(answer.items, { secret: this.knownSecret(), maxItems: this.maxItems, maxTokens })
      answer.rendered = { maxTokens, block }
    }
    return answer.rendered.block
  }

  private knownSecret(): string {
    const { secret } = this.options
    this.secret ??= typeof secret === 'function' ? checkSecret(secret()) : secret
    return this.secret
  }

  private failed({ reason, error }: SourceFault, callId?: string): void {
    const said = error instanceof Error ? error.message : `a ${typeof error} was thrown`
    this.lastFailure = `${reason}: ${said.slice(0, 300)}`
    const { name } = this.source.describe()
    const told = new Error(`The source of context '${name}' failed (${reason}): ${said}`, { cause: error })
    for (const listener of this.listeners) listener(told, callId)
  }

  private unavailable(fault: SourceFault | undefined): GatewayError {
    return new GatewayError(
      'context_unavailable',
      `What answers are to be made from cannot be looked up now (${fault?.reason ?? 'error'}); try again later.`,
      { cause: fault?.error },
    )
  }
}

interface LookedUp {
  readonly found: Found
  readonly startedAt: number
}
