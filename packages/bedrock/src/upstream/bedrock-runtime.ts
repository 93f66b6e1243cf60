import type { ConverseAnswer, ConverseEvent } from '../wire/converse-answer-wire.ts'
import type { ConverseBody } from '../wire/converse-wire.ts'
import type { JsonObject } from '../wire/json.ts'

/** One call of a model. */
export interface RuntimeRequest<Body extends object = object> {
  /** As Bedrock takes it in its path: a model id, a profile id or an ARN. */
  readonly model: string
  readonly body: Body
  /** Of the call's trace; lower-case names. A client of the AWS SDK sends its own. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
  /** As the transport takes it; a client of the SDK has its own. */
  readonly connectMs?: number | undefined
}

/**
 * What InvokeModel is told beside the model's own body, named as in the SDK. None holds a character that no header takes.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_RequestParameters
 */
export interface InvokeSettings {
  readonly guardrailIdentifier?: string
  readonly guardrailVersion?: string
  readonly trace?: 'ENABLED' | 'DISABLED' | 'ENABLED_FULL'
  readonly performanceConfigLatency?: 'standard' | 'optimized'
  readonly serviceTier?: 'default' | 'flex' | 'priority' | 'reserved'
  /** A JSON object of strings, as text. */
  readonly requestMetadata?: string
}

/** One call of a model in its own words. */
export interface InvokeRequest extends RuntimeRequest {
  readonly settings?: InvokeSettings
}

/** What becomes of the events of one upstream read; `undefined`: nothing yet, read on. */
export type Take<Taken> = (events: readonly ConverseEvent[]) => Taken | undefined

/** The events of a stream: those of Converse, or InvokeModel's `chunk`s. */
export interface EventStream {
  /**
   * Reads by pull, once: one step for each upstream read that `take` made something of. It gets all events that the read completed
   * together, since a promise an event, or an iterator around another, costs more than the events do. What came whole before a
   * fault is taken before the fault is thrown. `return()` closes the upstream, read or not.
   */
  read<Taken>(take: Take<Taken>): AsyncIterator<Taken, undefined, undefined>
}

/** What Converse answered. */
export interface ConverseReply {
  readonly answer: ConverseAnswer
  /** AWS's id of the request, as in its logs. */
  readonly requestId: string | undefined
}

/** A stream that has begun. */
export interface ConverseStreamReply {
  readonly events: EventStream
  readonly requestId: string | undefined
}

/** What InvokeModel answered. */
export interface InvokeReply {
  /** In the model's own words. */
  readonly answer: JsonObject
  /** Lower-case names; `x-amzn-bedrock-*-token-count` among them. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/**
 * The port to Bedrock's data plane, which knows nothing of chats: one request a call, nothing retried.
 * Each method @throws {GatewayError} what Bedrock's exception means, `model_not_found` for a model that no path can hold,
 * `upstream_bad_response`, `upstream_unavailable`, or the signal's own reason.
 */
export interface BedrockRuntime {
  converse(request: RuntimeRequest<ConverseBody>): Promise<ConverseReply>
  converseStream(request: RuntimeRequest<ConverseBody>): Promise<ConverseStreamReply>
  invoke(request: InvokeRequest): Promise<InvokeReply>
  invokeStream(request: InvokeRequest): Promise<ConverseStreamReply>
}

/** The IAM action that each method needs: an access error names it. */
export const actions: Readonly<Record<keyof BedrockRuntime, string>> = {
  converse: 'bedrock:InvokeModel',
  converseStream: 'bedrock:InvokeModelWithResponseStream',
  invoke: 'bedrock:InvokeModel',
  invokeStream: 'bedrock:InvokeModelWithResponseStream',
}
