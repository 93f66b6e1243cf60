import {
  type AnswerTrace,
  type ChatCompletion,
  type ChatCompletionChunk,
  type ChatCompletionMessage,
  createAccumulator,
  type ErrorCode,
  type FinishReason,
  isGatewayError,
  type Result,
  type Usage,
} from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerRules } from '../../src/answer/answer-rules.ts'
import type { ConverseAnswer } from '../../src/wire/converse-answer-wire.ts'
import { aChat, completionOf, haiku } from '../a-call.ts'
import { eventFrame, joined } from '../frames.ts'
import { type ScriptedUpstream, scriptedUpstream } from './scripted-upstream.ts'
import { type Chance, streamOf, type WireEvent } from './stream-of.ts'

/** What Bedrock answers, and what the client reads of it. */
export interface AnswerRow {
  /** A sentence of behaviour. */
  readonly it: string
  readonly answer: ConverseAnswer
  /** How the request has its tools come back. */
  readonly rules?: Partial<AnswerRules>
  /** The whole message but for role and refusal; `content` is null by default. Ids may be matchers. */
  readonly message?: object
  readonly finish?: FinishReason
  readonly usage?: Usage | 'none'
  readonly trace?: AnswerTrace
  readonly fields?: Readonly<Record<string, unknown>> | 'none'
  readonly tier?: string
  /** Instead of a completion. */
  readonly fails?: ErrorCode
}

/** Each row over a real socket, whole and as the stream that it would have been, which must say the same. */
export function answerRows(title: string, rows: readonly AnswerRow[]): void {
  withUpstream(title, rows, async (row, upstream) => {
    const whole = { body: JSON.stringify(row.answer) }
    const events = streamOf(row.answer, evenly())
    const streamed = { body: joined(events.map(([type, payload]) => eventFrame(type, payload))) }
    if (row.fails) {
      expect(await failureOf(upstream.chat(aChat({}), whole, row.rules))).toBe(row.fails)
      expect(await failureOf(upstream.chat(streamCall(), streamed, row.rules))).toBe(row.fails)
      return
    }
    check(row, completionOf(await upstream.chat(aChat({}), whole, row.rules)))
    check(row, folded(await eventsOf(await upstream.chat(streamCall(), streamed, row.rules))))
  })
}

/** The events or the very frames of a stream, and the chunks that they become. */
export interface StreamRow {
  /** A sentence of behaviour. */
  readonly it: string
  readonly events: readonly (WireEvent | Uint8Array)[]
  readonly rules?: Partial<AnswerRules>
  readonly includeUsage?: boolean
  /**
   * All chunks but for what they have in common and the first, which tells the role. `finish` stands beside a delta. Default:
   * not even the first.
   */
  readonly says?: readonly object[]
  /** How the stream breaks off behind those chunks. Default: it does not. */
  readonly fails?: ErrorCode
}

/** Each row over a real socket, read as the bytes that reach the client. */
export function streamRows(title: string, rows: readonly StreamRow[]): void {
  withUpstream(title, rows, async (row, upstream) => {
    const frames = row.events.map(event => (event instanceof Uint8Array ? event : eventFrame(...event)))
    const call = aChat({ stream: true, stream_options: { include_usage: row.includeUsage === true } })
    const chunks: ChatCompletionChunk[] = []
    const result = await upstream.chat(call, { body: joined(frames) }, row.rules)
    const failure = await failureOf(eventsOf(result, chunks))
    expect(chunks.map(chunk => said(chunk, row.includeUsage === true))).toEqual(
      row.says ? [{ role: 'assistant', content: '' }, ...row.says] : [],
    )
    expect(failure).toBe(row.fails)
    expect((await result.settled).status).toBe(row.fails ? 'failed' : 'completed')
  })
}

interface Row {
  readonly it: string
}

function withUpstream<R extends Row>(
  title: string,
  rows: readonly R[],
  run: (row: R, upstream: ScriptedUpstream) => Promise<void>,
): void {
  describe(title, () => {
    let upstream: ScriptedUpstream
    beforeAll(async () => {
      upstream = await scriptedUpstream()
    })
    afterAll(() => upstream[Symbol.asyncDispose]())
    it.each(rows.map(row => [row.it, row] as const))('%s', (_name, row) => run(row, upstream))
  })
}

function check(row: AnswerRow, completion: ChatCompletion): void {
  const { choices, usage, trace, service_tier: tier, additional_model_response_fields: fields } = completion
  expect(completion).toMatchObject({ id: 'chatcmpl-r-1', object: 'chat.completion', model: haiku })
  expect(Number.isInteger(completion.created)).toBe(true)
  const [choice, ...others] = choices
  expect(others).toEqual([])
  const message: Partial<ChatCompletionMessage> = { role: 'assistant', content: null, refusal: null, ...row.message }
  if (row.message) expect(choice?.message).toEqual(message)
  if (row.finish) expect(choice?.finish_reason).toBe(row.finish)
  if (row.usage) expect(usage).toEqual(row.usage === 'none' ? undefined : row.usage)
  if (row.trace) expect(trace).toEqual(row.trace)
  if (row.tier) expect(tier).toBe(row.tier)
  if (row.fields) expect(fields).toEqual(row.fields === 'none' ? undefined : row.fields)
  expect(choice).toMatchObject({ index: 0, logprobs: null })
}

function streamCall() {
  return aChat({ stream: true, stream_options: { include_usage: true } })
}

/** Cuts in the middle, and no chance. */
function evenly(): Chance {
  let turn = 0
  return sides => {
    turn += 1
    return Math.floor((sides * (turn % 4)) / 4)
  }
}

async function failureOf(answering: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    const result = await answering
    if (isStream(result)) await eventsOf(result)
    return undefined
  } catch (error) {
    if (isGatewayError(error)) return error.code
    throw error
  }
}

function isStream(result: unknown): result is Extract<Result<'chat'>, { kind: 'stream' }> {
  return typeof result === 'object' && result !== null && 'batches' in result
}

/** The server-sent events of a stream, parsed from the bytes. */
async function eventsOf(result: Result<'chat'>, chunks: ChatCompletionChunk[] = []): Promise<ChatCompletionChunk[]> {
  if (result.kind !== 'stream') throw new Error('expected a stream')
  const decoder = new TextDecoder()
  for await (const { bytes } of result.batches) {
    for (const event of decoder.decode(bytes).split('\n\n').filter(Boolean))
      chunks.push(JSON.parse(event.slice('data: '.length)) as ChatCompletionChunk)
  }
  return chunks
}

function folded(chunks: readonly ChatCompletionChunk[]): ChatCompletion {
  const accumulator = createAccumulator()
  for (const chunk of chunks) accumulator.add(chunk)
  return accumulator.completion()
}

/** What a chunk says, once what all have in common is checked. */
function said({ id, object, model, choices, usage, trace }: ChatCompletionChunk, includeUsage: boolean): object {
  expect({ id, object, model }).toEqual({
    id: 'chatcmpl-r-1',
    object: 'chat.completion.chunk',
    model: expect.any(String) as string,
  })
  const [choice] = choices
  if (!choice) return { usage, ...(trace && { trace }) }
  expect(choice.index).toBe(0)
  expect(usage).toBe(includeUsage ? null : undefined)
  return { ...choice.delta, ...(choice.finish_reason && { finish: choice.finish_reason }), ...(trace && { trace }) }
}
