import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CallReport,
  type ChatCompletionRequest,
  createGateway,
  type Gateway,
  isGatewayError,
  type Principal,
} from '@modelgate/core'
import { type BudgetStoreSpec, openBudgetStore } from './open-budget-store.ts'
import { spendingProvider } from './spending-provider.ts'

/** What one process is to do to a budget: plain data, sent to it. */
export interface SpendingLoad {
  readonly store: BudgetStoreSpec
  readonly keyId: string
  readonly usdPerMonth: number
  /** Callers, all at once, each of which wants one answer. */
  readonly callers: number
  /** How often a caller asks that is refused. */
  readonly tries: number
}

/** What became of it. */
export interface Spent {
  /** Of all calls, by their reports. */
  readonly usd: number
  readonly answered: number
  /** Streams that were left half way. */
  readonly left: number
  /** Callers that gave up. */
  readonly refused: number
  /** What else came of a call, by its code. */
  readonly failures: readonly string[]
  /** Whether the store has failed to answer: what it had reserved then stays reserved. */
  readonly storeFailed: boolean
}

const outputCap = 1_000

/** One process's part of a load: a whole gateway, and its callers. */
export async function spend({ store: spec, keyId, usdPerMonth, callers, tries }: SpendingLoad): Promise<Spent> {
  const { store, close } = await openBudgetStore(spec)
  const reports: CallReport[] = []
  let storeFailed = false
  const gateway = createGateway({
    providers: [spendingProvider()],
    // A stand-in that shares the machine's cores may take long; a call that is not counted would prove nothing.
    budgets: { store, onStoreError: 'closed', storeTimeoutMs: 60_000 },
    onReport: report => reports.push(report),
    onError: () => {
      storeFailed = true
    },
  })
  const principal: Principal = { tenant: 'acme', keyId, budget: { usdPerMonth } }
  const ends = await Promise.all(Array.from({ length: callers }, () => answer(gateway, principal, tries)))
  await gateway.close()
  close()
  const worked = reports.filter(({ attempts }) => attempts.length > 0)
  return {
    usd: worked.reduce((sum, { costUsd }) => sum + (costUsd ?? Number.NaN), 0),
    answered: ends.filter(end => end === 'answered').length,
    left: worked.filter(({ status }) => status === 'cancelled').length,
    refused: ends.filter(end => end === 'refused').length,
    failures: ends.filter(end => end !== 'answered' && end !== 'refused'),
    storeFailed,
  }
}

async function answer(gateway: Gateway, principal: Principal, tries: number): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await callOnce(gateway, principal)
      return 'answered'
    } catch (error) {
      const code = isGatewayError(error) ? error.code : String(error)
      // A call that the store did not decide on was not let in, and comes again like one that was refused.
      if (code !== 'budget_exceeded' && code !== 'limits_unavailable') return code
      if (attempt === tries) return 'refused'
      await sleep(200 + Math.random() * 200)
    }
  }
}

/** A whole answer, a stream, or the first half of one. */
async function callOnce(gateway: Gateway, principal: Principal): Promise<void> {
  const request: ChatCompletionRequest = {
    model: 'us/m',
    messages: [{ role: 'user', content: 'How much is it?' }],
    max_completion_tokens: outputCap,
  }
  const kind = Math.random()
  if (kind < 0.5) {
    await gateway.chat(request, { principal })
    return
  }
  const stream = gateway.stream(request, { principal })
  for await (const _ of stream) if (kind > 0.75) break
  await stream.report
}
