import {
  type ChatCompletion,
  type ErrorCode,
  GatewayError,
  isGatewayError,
  statusOfCode,
  type Usage,
} from '@modelgate/core'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import type { IndexedRequest } from './file-index.ts'
import type { RecordTranslator } from './record-translator.ts'
import { restoreRules } from './saved-rules.ts'

/** What came of one request, as a line of the output or error file. */
export interface ResultLine {
  readonly kind: 'output' | 'error'
  readonly line: JsonObject
  readonly usage?: Usage | undefined
  /** Whether a model has answered. Default: what is in the output file. */
  readonly isAnswered?: boolean | undefined
}

/** Of which batch a line is. */
export interface LineOf {
  readonly batchId: string
  readonly ordinal: number
  readonly request: IndexedRequest
}

/** How answers of one batch are read. */
export interface Reading {
  readonly translator: RecordTranslator
  readonly model: string
  /** Unix seconds. */
  readonly created: number
}

/** A record of a job's output, as OpenAI tells it. @see https://platform.openai.com/docs/api-reference/batch/request-output */
export function resultOfRecord(record: JsonObject, of: LineOf, { translator, model, created }: Reading): ResultLine {
  const { error, modelOutput } = record
  if (error !== undefined && error !== null) return failedLine(of, errorOfRecord(error))
  if (!isJsonObject(modelOutput)) {
    return failedLine(of, new GatewayError('upstream_bad_response', 'Bedrock gave neither an answer nor an error.'))
  }
  try {
    const id = `chatcmpl-${idOf(of)}`
    const completion = translator.toCompletion(modelOutput, { id, created, model, ...restoreRules(of.request.rules) })
    return answeredLine(of, completion)
  } catch (failure) {
    if (!isGatewayError(failure)) throw failure
    return { ...failedLine(of, failure), usage: failure.usage, isAnswered: true }
  }
}

/** A request that was answered. */
export function answeredLine(of: LineOf, completion: ChatCompletion): ResultLine {
  const response = { status_code: 200, request_id: idOf(of), body: completion }
  return { kind: 'output', line: lineOf(of, response, null), usage: completion.usage ?? undefined }
}

/** A request that failed as a call would have: with the status and body it would have had. */
export function failedLine(of: LineOf, error: GatewayError): ResultLine {
  const response = { status_code: error.status, request_id: idOf(of), body: error.toBody() }
  return { kind: 'error', line: lineOf(of, response, null) }
}

/** A request that was never answered: its batch ended before, or its run was cut. */
export function unansweredLine(of: LineOf, code: UnansweredCode): ResultLine {
  return { kind: 'error', line: lineOf(of, null, { code, message: unanswered[code] }) }
}

const unanswered = {
  batch_expired: 'This request could not be executed before the completion window expired.',
  batch_cancelled: 'This request was not executed: the batch was cancelled.',
  batch_failed: 'This request was not executed: the batch ended before it.',
  batch_interrupted:
    'The run of this request was cut off. Whether a model has answered it is not known, and it is not run again: send it anew.',
} as const

/** Why a request has no answer. */
export type UnansweredCode = keyof typeof unanswered

function lineOf(of: LineOf, response: JsonObject | null, error: JsonObject | null): JsonObject {
  return { id: `batch_req_${idOf(of)}`, custom_id: of.request.customId, response, error }
}

function idOf({ batchId, ordinal }: LineOf): string {
  return `${batchId.slice(-24)}${String(ordinal).padStart(5, '0')}`
}

/** Codes of statuses that Bedrock's errors have. */
const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'invalid_request'],
  [403, 'upstream_auth_failed'],
  [404, 'model_not_found'],
  [408, 'timeout_total'],
  [424, 'upstream_bad_response'],
  [429, 'upstream_rate_limited'],
])

/** `errorCode` is a status or a name. */
function errorOfRecord(error: unknown): GatewayError {
  const { errorCode, errorMessage } = isJsonObject(error) ? error : {}
  const status = Number(errorCode)
  const code = codes.get(status) ?? 'upstream_unavailable'
  const said =
    typeof errorMessage === 'string' ? errorMessage.slice(0, 1_000) : `it failed (${String(errorCode).slice(0, 60)})`
  const isStatus = Number.isInteger(status) && status >= 400 && status <= 599
  return new GatewayError(code, `Bedrock: ${said}`, { status: isStatus ? status : statusOfCode(code) })
}
