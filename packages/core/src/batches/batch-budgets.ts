import type { BatchSize, LineBound } from '../batch-provider.ts'
import { GatewayError } from '../errors.ts'
import type { CostBound } from '../limits/budgets/budget-calls.ts'
import { unpricedUnderBudget } from '../limits/budgets/budget-error.ts'
import type { Budgeter } from '../limits/budgets/budgeter.ts'
import { costInNanoUsd } from '../limits/budgets/nano-usd.ts'
import { lineBound, type UsageBound } from '../limits/token-bound.ts'
import type { Principal } from '../principal.ts'
import type { KeptReservation } from '../reserved-money.ts'
import type { Target } from '../target.ts'
import type { ChatCompletionRequest } from '../wire/chat-request.ts'
import { parseBody } from '../wire/source-body.ts'
import { splitLines } from './line-splitter.ts'

/** What batches are charged by. */
export interface BatchBudgetsOptions {
  readonly budgeter: Budgeter
  readonly costBound: (target: Target, bound: UsageBound) => CostBound
  readonly onUnknownPrice: 'refuse' | 'allow'
  /** The output cap of requests under a budget that have none. */
  readonly defaultTokens: number
}

/**
 * Charges batches to their callers' budgets: the most one may cost is reserved when it is begun, and settled by whichever process sees
 * its end, which may be another, the next day. What was reserved stays charged where nobody can say what the batch has cost.
 */
export class BatchBudgets {
  readonly #options: BatchBudgetsOptions

  constructor(options: BatchBudgetsOptions) {
    this.#options = options
  }

  /** The output cap that a caller's requests get which have none; `undefined` for one without a budget. */
  defaultTokensOf(principal: Principal | undefined): number | undefined {
    const { budgeter, defaultTokens } = this.#options
    return principal && budgeter.planOf(principal) && defaultTokens
  }

  /** @throws {GatewayError} `budget_exceeded`, `limits_unavailable`; `permission_denied` for what has no price. */
  async reserve(batch: BatchSize): Promise<KeptReservation | undefined> {
    const { budgeter, costBound, onUnknownPrice } = this.#options
    const { principal, target, content, runsAsCalls = false } = batch
    const plans = principal && budgeter.planOf(principal)
    if (!plans || runsAsCalls) return undefined
    const { promptTokens, completionTokens } = content ? await boundOf(content()) : batch
    if (promptTokens === undefined || completionTokens === undefined) throw unbounded()
    const { usd, unpriced } = costBound(target, { promptTokens, completionTokens })
    if (unpriced !== undefined && onUnknownPrice === 'refuse') throw unpricedUnderBudget(unpriced)
    return budgeter.reserveKept(plans, costInNanoUsd(usd))
  }

  /** With what it cost; `null` where nobody knows. */
  settle(reserved: KeptReservation | undefined, costUsd: number | null): void {
    if (reserved && costUsd !== null) this.#options.budgeter.settleKept(reserved, costInNanoUsd(costUsd))
  }
}

/** The most that a file's requests may use, which were checked when it was taken in. */
async function boundOf(content: AsyncIterable<Uint8Array>): Promise<LineBound> {
  let promptTokens = 0
  let completionTokens: number | undefined = 0
  for await (const { bytes } of splitLines(content)) {
    const { body } = parseBody(bytes).value as { readonly body: ChatCompletionRequest }
    const bound = lineBound(body, bytes.length)
    promptTokens += bound.promptTokens
    completionTokens =
      bound.completionTokens === undefined || completionTokens === undefined
        ? undefined
        : completionTokens + bound.completionTokens
  }
  return { promptTokens, completionTokens }
}

function unbounded(): GatewayError {
  return new GatewayError(
    'invalid_request',
    'input_file_id: a request of the file has no output cap, and this batch is under a budget, which could not be kept; upload the file with `max_completion_tokens` in each request, or by this key, which gives them one.',
    { param: 'input_file_id' },
  )
}
