import { GatewayError } from '@modelgate/core'
import type { AnswerUsage, ConverseAnswer, ConverseEvent } from '../wire/converse-answer-wire.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'

/** A native answer, or one chunk of it, as far as a chat is concerned. */
export interface NativePiece {
  /** `undefined` in a whole answer: it holds no message. */
  readonly text?: string | undefined
  readonly reasoning?: string | undefined
  /** In the model's own words; in a stream, where the answer is over. */
  readonly ending?: string | undefined
  readonly usage?: AnswerUsage | undefined
}

/** At which terms it was given: what decides its price. */
export type AnswerTerms = Pick<ConverseAnswer, 'serviceTier' | 'performanceConfig'>

/** Each family's words for how an answer ended, in Converse's. They do not collide; unknown ones are `end_turn`. */
const stopReasons: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Titan
    FINISH: 'end_turn',
    FINISHED: 'end_turn',
    STOP_CRITERIA_MET: 'stop_sequence',
    LENGTH: 'max_tokens',
    CONTENT_FILTERED: 'content_filtered',
    RAG_QUERY_WHEN_RAG_DISABLED: 'content_filtered',
    // Cohere
    COMPLETE: 'end_turn',
    MAX_TOKENS: 'max_tokens',
    ERROR_LIMIT: 'model_context_window_exceeded',
    ERROR_TOXIC: 'content_filtered',
    // Llama, Mistral, OpenAI's form
    stop: 'end_turn',
    length: 'max_tokens',
    content_filter: 'content_filtered',
    // Claude
    stop_sequence: 'stop_sequence',
    max_tokens: 'max_tokens',
    refusal: 'content_filtered',
    model_context_window_exceeded: 'model_context_window_exceeded',
    // Nova
    content_filtered: 'content_filtered',
    guardrail_intervened: 'guardrail_intervened',
  }),
)

/** Cohere's words for an answer that came to nothing, in a success's clothes. */
const failures: ReadonlySet<string> = new Set(['ERROR', 'USER_CANCEL'])

/** @throws {GatewayError} `upstream_bad_response` where the model says that it failed. */
function stopReasonOf(ending: string, answer: JsonObject): string {
  if (failures.has(ending))
    throw new GatewayError('upstream_bad_response', `The model failed: it ended its answer with ${ending}.`)
  if (isIntervened(answer)) return 'guardrail_intervened'
  return stopReasons.get(ending) ?? 'end_turn'
}

function isIntervened(answer: JsonObject): boolean {
  return answer['amazon-bedrock-guardrailAction'] === 'INTERVENED'
}

/**
 * A whole native answer as Converse would have given it.
 * @param usage where the body tells none: from the headers.
 * @throws {GatewayError} `upstream_bad_response` where the model says that it failed.
 */
export function toConverseAnswer(
  piece: NativePiece,
  answer: JsonObject,
  usage: AnswerUsage | undefined,
): ConverseAnswer {
  const { text, reasoning, ending } = piece
  const stopReason = stopReasonOf(ending ?? '', answer)
  const content = [
    ...(reasoning ? [{ reasoningContent: { reasoningText: { text: reasoning } } }] : []),
    ...(text === undefined ? [] : [{ text }]),
  ]
  const message = text === undefined && !reasoning ? undefined : { content }
  return { ...(message && { output: { message } }), stopReason, usage: piece.usage ?? usage ?? null }
}

/**
 * A chunk of a native stream as the events that Converse would have sent; `terms` are told with its usage.
 * @throws {GatewayError} `upstream_bad_response` where the model says that it failed.
 */
export function toConverseEvents(piece: NativePiece, chunk: JsonObject, terms: AnswerTerms = {}): ConverseEvent[] {
  const { text, reasoning } = piece
  const metrics = metricsOf(chunk)
  // A guardrail may end an answer without the model's word for it: then the last chunk does.
  const ending = piece.ending ?? (metrics && isIntervened(chunk) ? '' : undefined)
  const usage = metrics ?? piece.usage
  return [
    ...(reasoning ? [delta({ reasoningContent: { text: reasoning } })] : []),
    ...(text ? [delta({ text })] : []),
    ...(ending === undefined ? [] : [{ type: 'messageStop', payload: { stopReason: stopReasonOf(ending, chunk) } }]),
    ...(usage ? [{ type: 'metadata', payload: { usage, ...terms } }] : []),
  ]
}

function delta(of: NonNullable<ConverseEvent['payload']['delta']>): ConverseEvent {
  return { type: 'contentBlockDelta', payload: { contentBlockIndex: 0, delta: of } }
}

/** What Bedrock itself counted: it stands in the last chunk of all families. */
function metricsOf(chunk: JsonObject): AnswerUsage | undefined {
  const metrics = chunk['amazon-bedrock-invocationMetrics']
  if (!isJsonObject(metrics)) return undefined
  return usageOf({
    inputTokens: metrics.inputTokenCount,
    outputTokens: metrics.outputTokenCount,
    cacheReadInputTokens: metrics.cacheReadInputTokenCount,
    cacheWriteInputTokens: metrics.cacheWriteInputTokenCount,
  })
}

/** Counts as a native body tells them, each of which may be anything. */
type Counts = { readonly [Name in keyof AnswerUsage]?: unknown }

/** What was counted; `undefined` where nothing was. */
export function usageOf(counts: Counts): AnswerUsage | undefined {
  const count = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  const [inputTokens, outputTokens] = [count(counts.inputTokens), count(counts.outputTokens)]
  if (inputTokens === null && outputTokens === null) return undefined
  const cacheReadInputTokens = count(counts.cacheReadInputTokens)
  const cacheWriteInputTokens = count(counts.cacheWriteInputTokens)
  return { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens }
}
