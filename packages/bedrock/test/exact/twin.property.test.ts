import { type ChatCompletion, createAccumulator, isGatewayError, type ToolCall } from '@modelgate/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toEvents } from '../../src/answer/answer-events.ts'
import { toBatches } from '../../src/answer/chat-stream.ts'
import { type AnswerHead, toChatCompletion } from '../../src/answer/converse-response.ts'
import { createStreamTranslator } from '../../src/answer/stream.ts'
import { readEvents } from '../../src/upstream/http-events.ts'
import type { ConverseAnswer } from '../../src/wire/converse-answer-wire.ts'
import { eventFrame, exceptionFrame, joined } from '../frames.ts'
import { anAnswer, answerRules } from './an-answer.ts'
import { chance, streamOf } from './stream-of.ts'

/** What a client sees of a completion, ids that were made up aside. */
function seen({ choices: [choice], usage, trace, additional_model_response_fields: fields }: ChatCompletion) {
  const message = choice?.message
  const calls = message?.tool_calls?.map((call: ToolCall) => ({
    ...call,
    id: call.id.replace(/^call_[0-9a-f]{24}$/, '*'),
  }))
  const said = { ...message, ...(calls && { tool_calls: calls }) }
  return { finish: choice?.finish_reason, usage, trace, fields, message: said }
}

function wholeOf(answer: ConverseAnswer, head: AnswerHead) {
  try {
    return seen(toChatCompletion(answer, head))
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown) {
  if (!isGatewayError(error)) throw error
  return { code: error.code, message: error.message }
}

/** The bytes in pieces, of which some are empty. */
function inReads(bytes: Uint8Array, cuts: readonly number[]) {
  const bounds = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const pieces = bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end))
  return {
    next: () => {
      const value = pieces.shift()
      return Promise.resolve(value ? { done: false as const, value } : { done: true as const, value: undefined })
    },
  }
}

/** Folds what a client reads: the server-sent events, parsed from their bytes. */
async function foldOf(bytes: Uint8Array, cuts: readonly number[], head: AnswerHead) {
  const translator = createStreamTranslator({ head, includeUsage: true })
  const batches = readEvents(inReads(bytes, cuts), toBatches(translator))
  const accumulator = createAccumulator()
  const decoder = new TextDecoder()
  try {
    for (let step = await batches.next(); !step.done; step = await batches.next()) {
      for (const event of decoder.decode(step.value.bytes).split('\n\n').filter(Boolean))
        accumulator.add(JSON.parse(event.slice('data: '.length)) as never)
    }
  } catch (error) {
    return refusal(error)
  }
  if (translator.facts.fault) return refusal(translator.facts.fault)
  expect(translator.facts.terminal).toBe(true)
  return seen(accumulator.completion())
}

it('any stream folds into the message, finish and usage of the answer that was not streamed', async () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(anAnswer, answerRules, chance, cuts, async (drawn, rules, draw, reads) => {
      const answer = JSON.parse(JSON.stringify(drawn)) as ConverseAnswer
      const head = { id: 'chatcmpl-1', created: 1, model: 'm', ...rules }
      const whole = wholeOf(answer, head)
      const frames = streamOf(answer, draw).map(([type, payload]) => eventFrame(type, payload))
      expect(await foldOf(joined(frames), reads, head)).toEqual(whole)
      const replayed = joined(toEvents(answer).map(({ type, payload }) => eventFrame(type, payload)))
      expect(await foldOf(replayed, [], head), 'synthesised').toEqual(whole)
    }),
    { numRuns: 400 },
  )
})

it('an exception anywhere in any stream is told as itself, behind all that came before it, however the bytes were cut', async () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(anAnswer, answerRules, chance, fc.nat(), cuts, async (answer, rules, draw, place, reads) => {
      const head = { id: 'chatcmpl-1', created: 1, model: 'm', ...rules }
      const events = streamOf(JSON.parse(JSON.stringify(answer)) as ConverseAnswer, draw)
      const before = events.slice(0, place % (events.length + 1))
      const frames = [
        ...before.map(([type, payload]) => eventFrame(type, payload)),
        exceptionFrame('throttlingException', 'Slow down.'),
        eventFrame('messageStop', { stopReason: 'end_turn' }),
      ]
      const translator = createStreamTranslator({ head, includeUsage: true })
      const batches = readEvents(inReads(joined(frames), reads), toBatches(translator))
      const told: unknown[] = []
      const read = async () => {
        for (let step = await batches.next(); !step.done; step = await batches.next()) told.push(...step.value.frames)
      }
      await expect(read()).rejects.toMatchObject({ code: 'upstream_rate_limited' })
      const twin = createStreamTranslator({ head, includeUsage: true })
      const whole = before.flatMap(([type, payload]) => twin.translate({ type, payload }))
      expect(withoutIds(told)).toEqual(withoutIds(whole))
    }),
    { numRuns: 200 },
  )
})

/** Ids that were made up differ from one reading to the next. */
function withoutIds(chunks: readonly unknown[]): string {
  return JSON.stringify(chunks).replaceAll(/call_[0-9a-f]{24}/g, '*')
}
