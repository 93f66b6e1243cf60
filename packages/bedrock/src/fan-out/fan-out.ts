import {
  type Call,
  type ChatCompletion,
  completedOutcome,
  GatewayError,
  type Handler,
  type Result,
  settledAs,
  streamResult,
} from '@modelgate/core'
import { dearerTier } from '../answer/dearer-tier.ts'
import { Interleaving } from '../answer/interleave.ts'
import { sumUsage } from '../answer/sum-usage.ts'
import { mustBe, refused } from '../request/invalid-request.ts'
import { linkedAbort } from '../upstream/linked-abort.ts'
import { eachBounded } from './each-bounded.ts'
import { FanOutSpending } from './fan-out-spending.ts'

/** Answers under way for one call: a caller who asks for 128 must not use up the account's calls a second at once. */
const concurrency = 16
/** As many as OpenAI gives. */
const maxAnswers = 128

/**
 * Gives `n` answers with a handler that gives one: Bedrock is called that many times, in parallel, and is paid that many times, which
 * the usage says. All or nothing: the first failure aborts the others and is the call's, and an abort of the call aborts all.
 *
 * The handler @throws {GatewayError} `invalid_request` for an `n` that is not from 1 to 128.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export function createFanOut(one: Handler<'chat'>): Handler<'chat'> {
  return call => {
    const { n } = call.request
    if (n === null || n === undefined || n === 1) return one(call)
    return call.request.stream === true ? streams(one, call, n) : completions(one, call, n)
  }
}

function checkCount(n: number): void {
  if (typeof n !== 'number') throw mustBe('n', `a whole number from 1 to ${maxAnswers}`, n)
  if (Number.isInteger(n) && n >= 1 && n <= maxAnswers) return
  throw refused('n', `${n} is no whole number from 1 to ${maxAnswers}; ask for as many answers in several calls`)
}

async function completions(one: Handler<'chat'>, call: Call<'chat'>, n: number): Promise<Result<'chat'>> {
  checkCount(n)
  const request = { ...call.request, n: 1 }
  const spending = new FanOutSpending()
  const answers = await eachBounded(
    Array.from({ length: n }),
    { limit: concurrency, signal: call.signal },
    async (_, signal) => {
      const own = { ...call, request, signal }
      const startedAt = performance.now()
      try {
        const result = await one(own)
        if (result.kind !== 'completion') throw wrongKind('stream')
        const settled = await result.settled
        spending.ended(own, settled, startedAt)
        return { answer: result.completion.value, settled }
      } catch (error) {
        spending.failed(own, error, startedAt)
        throw error
      }
    },
  ).catch(async (error: unknown) => {
    throw await spending.in(error)
  })
  const value = together(answers.map(({ answer }) => answer))
  const finishReason = value.choices[0]?.finish_reason
  const { responseModel = value.model } = answers[0]?.settled ?? {}
  const serviceTier = answers.map(({ settled }) => settled.serviceTier).reduce(dearerTier, undefined)
  const outcome = completedOutcome({
    usage: value.usage,
    finishReason,
    responseModel,
    serviceTier,
    promptsSent: () => n,
    unpriced: answers.some(({ settled }) => settled.unpriced) || undefined,
  })
  return { kind: 'completion', completion: { value }, settled: settledAs(outcome) }
}

/** Under the id of the first. */
function together(answers: readonly ChatCompletion[]): ChatCompletion {
  const [first] = answers
  if (!first) throw new GatewayError('upstream_bad_response', 'Bedrock gave no answer.')
  const { usage: _ofFirst, ...head } = first
  const usage = sumUsage(answers.map(answer => answer.usage))
  const choices = answers.flatMap((answer, index) => answer.choices.map(choice => ({ ...choice, index })))
  return { ...head, choices, ...(usage && { usage }) }
}

async function streams(one: Handler<'chat'>, call: Call<'chat'>, n: number): Promise<Result<'chat'>> {
  checkCount(n)
  const { signal, context } = call
  const request = { ...call.request, n: 1 }
  const link = linkedAbort(signal)
  const spending = new FanOutSpending()
  const batches = new Interleaving({
    count: n,
    limit: concurrency,
    link,
    includeUsage: request.stream_options?.include_usage === true,
    async open() {
      const own = { ...call, request, signal: link.signal }
      const startedAt = performance.now()
      try {
        const result = await one(own)
        if (result.kind !== 'stream') throw wrongKind('completion')
        spending.ended(own, result.settled, startedAt)
        return result
      } catch (error) {
        spending.failed(own, error, startedAt)
        throw error
      }
    },
  })
  await batches.begin().catch(async (error: unknown) => {
    throw await spending.in(error)
  })
  return streamResult({ batches, facts: batches.facts, signal, startedAt: context.startedAt })
}

function wrongKind(kind: string): GatewayError {
  return new GatewayError('internal', `One of several answers came as a ${kind}, which was not asked for.`)
}
