import { modelFault } from '../auth/permissions.ts'
import type { BatchGateway, EndedBatch } from '../batch-provider.ts'
import { type AnyHandler, compose } from '../compose.ts'
import type { Call, Middleware } from '../contract.ts'
import { costOf } from '../cost/cost-of.ts'
import type { PriceBook } from '../cost/price-book.ts'
import { createCall } from '../create-call.ts'
import type { GatewayOptions } from '../gateway-options.ts'
import { completedOutcome, failedOutcome, settledAs } from '../outcome.ts'
import { type RouteTable, resolve, routeTokensOf } from '../router/resolve.ts'
import { type Target, targetName } from '../target.ts'
import { wholeAnswer } from '../whole-answer.ts'
import type { BatchUsage } from '../wire/batch-object.ts'
import type { Usage } from '../wire/usage.ts'
import type { BatchBudgets } from './batch-budgets.ts'
import { batchFailure } from './batch-failure.ts'
import type { BatchHandlerOptions } from './batch-handler.ts'
import { defaultMaxFileBytes } from './batches-options.ts'

/** What files and batches need of their gateway. */
interface BatchesParts {
  readonly options: Pick<GatewayOptions, 'batches' | 'providers'>
  readonly routes: RouteTable
  readonly exposeModels: 'routes' | 'all'
  /** The onion around requests of files and batches, outermost first. */
  readonly layers: readonly Middleware[]
  /** Reports a batch that has ended. */
  readonly ended: Middleware
  /** The gateway's own handler of calls. */
  readonly handle: AnyHandler
  readonly priceOf: PriceBook
  readonly budgets: BatchBudgets
  readonly onError: (error: unknown) => void
}

/** Files and batches of one gateway. */
export interface Batches {
  readonly handle: AnyHandler
  readonly maxFileBytes: number
  readonly stop: () => void
  readonly close: () => Promise<void>
}

/** Files and batches as the options say; `undefined` where they say nothing. */
export function createBatches(parts: BatchesParts): Batches | undefined {
  const { options, routes, exposeModels, budgets } = parts
  const { batches, providers } = options
  if (!batches) return undefined
  const scope = { providers, routes, exposed: exposeModels }
  const targetsOf = (model: string, { context }: Call): readonly Target[] => {
    const { principal, pinnedProvider } = context
    const fault = modelFault({ principal, model, pinnedProvider }, routes)
    if (fault) throw fault
    return resolve(model, scope, pinnedProvider).targets
  }
  const handler = lateHandler({
    ...batches,
    targetsOf,
    routeTokens: routeTokensOf(routes),
    defaultTokensOf: principal => budgets.defaultTokensOf(principal),
  })
  const gateway = gatewayOf(parts)
  for (const provider of batches.providers) provider.start?.(gateway)
  return {
    handle: compose(parts.layers, handler),
    maxFileBytes: batches.maxFileBytes ?? defaultMaxFileBytes,
    stop() {
      for (const provider of batches.providers) provider.stop?.()
    },
    async close() {
      await Promise.all(batches.providers.map(async provider => provider.close?.()))
    },
  }
}

/** Loaded with the first file or batch that is asked for. */
function lateHandler(options: BatchHandlerOptions): AnyHandler {
  let loading: Promise<AnyHandler> | undefined
  const load = async (): Promise<AnyHandler> => {
    const { createBatchHandler } = await import('../features.ts')
    return createBatchHandler(options)
  }
  return async call => {
    loading ??= load()
    const handle = await loading
    return handle(call)
  }
}

function gatewayOf({ handle, priceOf, ended, onError, routes, budgets }: BatchesParts): BatchGateway {
  return {
    async admit(batch) {
      const { principal, model } = batch
      const fault = modelFault({ principal, model, pinnedProvider: undefined }, routes)
      if (fault) throw fault
      return budgets.reserve(batch)
    },
    release: reserved => budgets.settle(reserved, 0),
    async chat(request, { principal, signal, tags }) {
      const whole = { ...request, stream: false }
      const call = createCall<'chat'>({ operation: 'chat', request: whole, origin: 'door', principal, signal, tags })
      return wholeAnswer(await handle(call))
    },
    costOf(target, usage) {
      const { provider, model } = target
      const price = priceOf({ target: targetName(target), provider, model, terms: { batch: true } })
      return price ? costOf(usage, price) : null
    },
    ended(batch) {
      budgets.settle(batch.reserved, batch.costUsd)
      report(batch, ended)
    },
    onError,
  }
}

/** As a call that has settled: so it is in the log, in the metrics and with whoever listens. */
function report(batch: EndedBatch, ended: Middleware): void {
  const { id, principal, model, target, status, usage, costUsd } = batch
  const call = createCall<'batches'>({
    operation: 'batches',
    request: { model, action: 'get', id },
    origin: 'process',
    callId: id,
    principal,
    tags: { batch: id, batch_status: status },
  })
  call.context.route = model
  call.context.target = target
  Object.assign(call.context.spending, { tokens: usage?.total_tokens ?? 0, costUsd })
  const failure = batchFailure(status)
  const facts = { usage: usage && toUsage(usage), responseModel: target.model }
  const settled = settledAs(failure ? failedOutcome(failure, facts) : completedOutcome(facts))
  void ended(call, () => Promise.resolve({ kind: 'stored', stored: { value: undefined }, settled })).catch(
    () => undefined,
  )
}

function toUsage({ input_tokens, output_tokens, total_tokens, ...details }: BatchUsage): Usage {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens,
    prompt_tokens_details: { cached_tokens: details.input_tokens_details.cached_tokens },
    completion_tokens_details: { reasoning_tokens: details.output_tokens_details.reasoning_tokens },
  }
}
