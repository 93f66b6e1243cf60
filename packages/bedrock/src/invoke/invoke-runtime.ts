import { mergeFields } from '../request/merge-fields.ts'
import type {
  BedrockRuntime,
  EventStream,
  InvokeReply,
  InvokeRequest,
  RuntimeRequest,
} from '../upstream/bedrock-runtime.ts'
import type { AnswerUsage, ConverseEvent } from '../wire/converse-answer-wire.ts'
import type { ConverseBody } from '../wire/converse-wire.ts'
import { corrupt } from '../wire/event-stream.ts'
import { type JsonObject, parseJsonObject } from '../wire/json.ts'
import { toInvokeSettings } from './invoke-settings.ts'
import { toNativeChat } from './native-chat.ts'
import type { NativeFamily } from './native-family.ts'
import { type AnswerTerms, toConverseAnswer, toConverseEvents, usageOf } from './native-piece.ts'

/**
 * A runtime whose Converse goes over InvokeModel, in the words of the model's family. To the chat handler it is like any other.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function createInvokeRuntime(
  runtime: BedrockRuntime,
  familyOf: (model: string) => NativeFamily,
): BedrockRuntime {
  return {
    ...runtime,
    async converse(request) {
      const family = familyOf(request.model)
      const asked = toInvokeRequest(request, family, false)
      const { answer, headers } = await runtime.invoke(asked)
      const said = toConverseAnswer(family.readAnswer(answer), answer, usageIn(headers))
      return {
        answer: { ...said, ...termsOf(asked, headers) },
        requestId: headers['x-amzn-requestid'],
      }
    },
    async converseStream(request) {
      const family = familyOf(request.model)
      const asked = toInvokeRequest(request, family, true)
      const { events, requestId } = await runtime.invokeStream(asked)
      return { events: readAsConverse(events, family, termsOf(asked, {})), requestId }
    },
  }
}

function toInvokeRequest(
  { model, body, signal, connectMs, traceHeaders }: RuntimeRequest<ConverseBody>,
  family: NativeFamily,
  isStreamed: boolean,
): InvokeRequest {
  const native = mergeFields(family.toBody(toNativeChat(body, isStreamed)), body.additionalModelRequestFields)
  const settings = toInvokeSettings(body)
  return { model, body: native, signal, connectMs, traceHeaders, ...(settings && { settings }) }
}

/** Where the body does not count, Bedrock does. */
function usageIn(headers: InvokeReply['headers']): AnswerUsage | undefined {
  const count = (kind: string): number | undefined => {
    const value = headers[`x-amzn-bedrock-${kind}-token-count`]
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
  }
  return usageOf({
    inputTokens: count('input'),
    outputTokens: count('output'),
    cacheReadInputTokens: count('cache-read-input'),
    cacheWriteInputTokens: count('cache-write-input'),
  })
}

/** What decides the price: as the answer's head says, else as was asked, for what was asked may be dearer than what is usual. */
function termsOf({ settings = {} }: InvokeRequest, headers: InvokeReply['headers']): AnswerTerms {
  const latency = headers['x-amzn-bedrock-performanceconfig-latency'] ?? settings.performanceConfigLatency
  const type = headers['x-amzn-bedrock-service-tier'] ?? settings.serviceTier
  return { ...(latency && { performanceConfig: { latency } }), ...(type && { serviceTier: { type } }) }
}

function readAsConverse(chunks: EventStream, family: NativeFamily, terms: AnswerTerms): EventStream {
  return {
    read(take) {
      const readChunk = family.createChunkReader()
      let fault: unknown
      const steps = chunks.read(events => {
        const said: ConverseEvent[] = []
        try {
          for (const event of events) {
            const chunk = toChunk(event)
            if (chunk) said.push(...toConverseEvents(readChunk(chunk), chunk, terms))
          }
        } catch (error) {
          fault = error
        }
        const taken = take(said)
        // What came whole before a fault is taken before the fault is thrown.
        if (fault !== undefined && taken === undefined) throw fault
        return taken
      })
      return {
        next: () => (fault === undefined ? steps.next() : Promise.reject(fault)),
        async return() {
          await steps.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/** `undefined` for an event that AWS may add beside `chunk`. @throws {GatewayError} `upstream_bad_response` for one that does not parse. */
function toChunk({ type, payload }: ConverseEvent): JsonObject | undefined {
  if (type !== 'chunk') return undefined
  const text = Buffer.from(payload.bytes ?? '', 'base64').toString('utf8')
  // How OpenAI's own streams end, should a model of its form say it here: the answer is whole, and must not fail for it.
  if (text === '[DONE]') return undefined
  const chunk = parseJsonObject(text)
  if (!chunk) throw corrupt('the bytes of a chunk are no JSON object', undefined)
  return chunk
}
