import type { CallReport } from '@modelgate/core'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { readAnswer } from '../setup/read-answer.ts'
import type { Expected, Failure } from './fault-row.ts'
import { type StoryAnswer, spoken } from './story-client.ts'
import { type StoryRig, secondTarget } from './story-rig.ts'

/** An attempt as it must stand in header, report and log. */
interface ExpectedAttempt {
  readonly target: string
  readonly code: string
  /** Nothing, something, or nobody knows how much. */
  readonly cost: 'none' | 'some' | 'unknown'
}

/** What must come of a story: of what is expected, and of how many targets there are. */
export interface End {
  /** What the client is told; `undefined` of a whole answer. */
  readonly failure: Failure | undefined
  readonly isInBand: boolean
  readonly attempts: readonly ExpectedAttempt[]
  /** The first target's failure, told or not. */
  readonly struck: Failure | undefined
}

export function endOf(rig: StoryRig, expected: Expected): End {
  const { first: target } = rig
  const answered: ExpectedAttempt = { target, code: '200', cost: 'some' }
  if (expected.ends === 'answered') {
    return { failure: undefined, isInBand: false, attempts: [answered], struck: undefined }
  }
  const { failure } = expected
  if (expected.ends === 'broken') return { failure, isInBand: true, attempts: [answered], struck: failure }
  const failed: ExpectedAttempt = { target, code: failure.code, cost: failure.isPaid ? 'some' : 'none' }
  if (failure.failsOver && rig.cell.targets === 2) {
    const next: ExpectedAttempt = { target: secondTarget, code: '200', cost: 'unknown' }
    return { failure: undefined, isInBand: false, attempts: [failed, next], struck: failure }
  }
  return { failure, isInBand: false, attempts: Array.from({ length: failure.tries }, () => failed), struck: failure }
}

/** Status, body, and what OpenAI's client makes of it. */
export function expectTold(answer: StoryAnswer, { failure, isInBand }: End): void {
  const { status, headers, text, content, error } = answer
  const seen = readAnswer({ status, headers: Object.fromEntries(headers), text })
  if (!failure) {
    expect(seen).toEqual({ seen: 'whole', content: spoken, finishReason: 'stop' })
    expect([content, error]).toEqual([spoken, undefined])
    return
  }
  const { code, type, says } = failure
  expect(seen).toMatchObject(
    isInBand ? { seen: 'broken off', code } : { seen: 'refused', status: failure.status, code },
  )
  expect(errorIn(text)).toMatchObject({ type, code, message: expect.stringMatching(says) })
  expect(error).toBeInstanceOf(OpenAI.APIError)
  expect(error).toMatchObject({ code, type, status: isInBand ? undefined : failure.status })
  expect(content).toSatisfy(
    isInBand ? (shown: string) => shown !== '' && spoken.startsWith(shown) : (shown: string) => shown === '',
  )
}

function errorIn(text: string): unknown {
  const json = text.startsWith('{') ? text : text.slice(text.lastIndexOf('data: {"error":') + 6)
  return (JSON.parse(json) as { readonly error: unknown }).error
}

/** What the head says of where the call has been, what it cost, and whether to come again. */
export function expectHeaders({ headers }: StoryAnswer, end: End, { costUsd, stream }: CallReport): void {
  const { failure, isInBand, attempts } = end
  const last = attempts.at(-1)!.target
  const told = attempts.map(({ target, code }) => `${target};${code};\\d+ms`.replaceAll('.', '\\.')).join(', ')
  expect(headers.get('x-modelgate-attempts')).toMatch(new RegExp(`^${told}$`))
  expect(headers.get('x-modelgate-route')).toBe('story')
  expect(headers.get('x-modelgate-provider')).toBe(last.slice(0, last.indexOf('/')))
  expect(headers.get('x-modelgate-model')).toBe(last.slice(last.indexOf('/') + 1))
  const isRefused = failure !== undefined && !isInBand
  expect(headers.get('x-should-retry')).toBe(isRefused ? String(failure.retryable) : null)
  if (isRefused && failure.retryAfter) expect(headers.get('retry-after')).toMatch(failure.retryAfter)
  else expect(headers.get('retry-after')).toBeNull()
  // A stream's cost is not known when its head goes out; nothing was used by calls that were refused.
  const isTold = costUsd !== null && costUsd > 0 && (isRefused || !stream)
  const cost = headers.get('x-modelgate-cost-usd')
  expect(cost === null ? undefined : Number(cost)).toEqual(isTold ? Number(costUsd.toPrecision(6)) : undefined)
}

/** What the report and the log say, and what of it the caller's limit has kept. */
export async function expectSettled(rig: StoryRig, end: End): Promise<CallReport> {
  const { report, record } = await rig.settled()
  const { failure, attempts } = end
  expect(report).toMatchObject({
    status: failure ? 'failed' : 'completed',
    errorCode: failure?.code,
    target: attempts.at(-1)!.target,
    attempts: attempts.map(({ target, code }) => ({ target, code })),
  })
  for (const [index, { cost }] of attempts.entries()) expectCost(report.attempts[index]!.costUsd, cost)
  const known = report.attempts.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)
  const isKnown = attempts.every(({ cost }) => cost !== 'unknown')
  expect(report.costUsd).toEqual(isKnown ? expect.closeTo(known, 12) : null)
  const guessed = end.struck?.isPaid === true
  expect(report.usageSource === 'estimated').toBe(guessed || (failure !== undefined && !report.usage))
  expect(record).toMatchObject({
    status: report.status,
    errorCode: report.errorCode ?? null,
    cost: report.costUsd,
    tokens: report.usage?.total_tokens ?? null,
    usageSource: report.usageSource,
    attempts: report.attempts.map(({ target, code, costUsd }) => ({ target, code, cost: costUsd })),
  })
  const tokens = Math.round(known * 1e6) + (isKnown ? 0 : report.usage!.total_tokens)
  expect(await rig.usedTokens()).toBe(tokens)
  return report
}

function expectCost(costUsd: number | null | undefined, cost: ExpectedAttempt['cost']): void {
  if (cost === 'unknown') expect(costUsd).toBeNull()
  else if (cost === 'none') expect(costUsd).toBe(0)
  else expect(costUsd).toBeGreaterThan(0)
}

/** How the targets stand, and what their upstreams saw. */
export function expectTargets(rig: StoryRig, { attempts, struck }: End, asks: number): void {
  const tries = attempts.filter(({ target }) => target === rig.first).length
  const health = struck?.health ?? 'nothing'
  const failures = health === 'a failure' ? tries : 0
  const coolingForMs = typeof health === 'object' ? health.coolingForMs : undefined
  const told = rig.gateway.targets()
  const first = told.find(({ target }) => target === rig.first)
  expect({ failures: 0, coolingForMs: undefined, state: 'closed', ...first }).toMatchObject({
    state: 'closed',
    failures,
    coolingForMs,
  })
  expect(told.filter(({ target, failures }) => target !== rig.first && failures > 0)).toEqual([])
  expect(rig.asked(rig.first)).toHaveLength(tries * asks)
  expect(rig.asked(secondTarget)).toHaveLength(attempts.length - tries)
  expect(rig.simulator.requests().filter(({ outcome }) => outcome === 'open')).toEqual([])
}
