import { type ChatCompletion, type ChatCompletionRequest, GatewayError } from '@modelgate/core'
import type { AnswerRules } from '../answer/answer-rules.ts'
import { toChatCompletion } from '../answer/converse-response.ts'
import { toNativeChat } from '../invoke/native-chat.ts'
import { nativeFamilyOf } from '../invoke/native-families.ts'
import { toConverseAnswer } from '../invoke/native-piece.ts'
import { refuseBeyondText } from '../invoke/text-only.ts'
import { capabilitiesOf } from '../models/models.ts'
import { toConverseRequest } from '../request/converse-request.ts'
import { refused } from '../request/invalid-request.ts'
import { mergeFields } from '../request/merge-fields.ts'
import { refuseDropped, type UnsupportedParams } from '../request/unsupported-params.ts'
import type { ConverseAnswer } from '../wire/converse-answer-wire.ts'
import type { ConverseBody } from '../wire/converse-wire.ts'
import type { JsonObject } from '../wire/json.ts'

/** A request as a record of Bedrock's holds it, and what reading its answer takes. */
interface TranslatedRecord {
  readonly modelInput: JsonObject
  readonly rules: AnswerRules
}

/** Says requests in the form that a model's batch jobs take, and reads what came of them. */
export interface RecordTranslator {
  /** By which of Bedrock's APIs the job runs. */
  readonly invocationType: 'Converse' | 'InvokeModel'
  /** @throws {GatewayError} `invalid_request` naming the member. */
  toRecord(request: ChatCompletionRequest, dropped: Set<string>): TranslatedRecord
  /** @throws {GatewayError} `upstream_bad_response` for an answer that is none. */
  toCompletion(modelOutput: JsonObject, head: CompletionHead): ChatCompletion
}

/** What an answer is told with. */
export interface CompletionHead extends AnswerRules {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
}

/** What decides how a model is spoken to. */
export interface TranslatorOptions {
  readonly model: string
  /** The foundation model behind an opaque ARN. */
  readonly baseModel: string
  readonly unsupportedParams: UnsupportedParams | undefined
}

/** The translator that chats have, for records: Converse, or the model's own body where it was never served by Converse. */
export function recordTranslator(options: TranslatorOptions): RecordTranslator {
  return capabilitiesOf(options.baseModel).lane === 'invoke' ? overInvoke(options) : overConverse(options)
}

function overConverse({ baseModel, unsupportedParams }: TranslatorOptions): RecordTranslator {
  const capabilities = capabilitiesOf(baseModel)
  return {
    invocationType: 'Converse',
    toRecord(request, dropped) {
      const { body, rules } = toConverseRequest(request, capabilities, dropped)
      if (unsupportedParams === 'reject') refuseDropped(dropped)
      return { modelInput: { ...withoutTerms(body) }, rules }
    },
    toCompletion: (modelOutput, head) => toChatCompletion(modelOutput as ConverseAnswer, head),
  }
}

function overInvoke({ baseModel, unsupportedParams }: TranslatorOptions): RecordTranslator {
  const family = nativeFamilyOf(baseModel)
  const textOnly = { streamsTools: true, caching: undefined, structuredOutput: 'prompt' } as const
  const capabilities = { ...capabilitiesOf(baseModel), ...family.capabilities, ...textOnly }
  return {
    invocationType: 'InvokeModel',
    toRecord(request, dropped) {
      refuseBeyondText(request)
      const { body, rules } = toConverseRequest(request, capabilities, dropped)
      if (unsupportedParams === 'reject') refuseDropped(dropped)
      if (body.guardrailConfig) throw refused('guardrail_config', noGuardrail)
      const native = family.toBody(toNativeChat(withoutTerms(body), false))
      return { modelInput: mergeFields(native, body.additionalModelRequestFields), rules }
    },
    toCompletion(modelOutput, head) {
      const piece = family.readAnswer(modelOutput)
      if (!piece) throw new GatewayError('upstream_bad_response', 'Bedrock answered without a message.')
      return toChatCompletion(toConverseAnswer(piece, modelOutput, undefined), head)
    },
  }
}

/** InvokeModel is told of one in a header, and a record has none: the model would answer without it. */
const noGuardrail = 'this model is run over InvokeModel, whose records hold no guardrail; leave it out, or make calls'

/** A batch is billed by its own price: what asks for another has no place in its records. @throws {GatewayError} `invalid_request` */
function withoutTerms({ serviceTier: _tier, performanceConfig, ...body }: ConverseBody): ConverseBody {
  if (performanceConfig?.latency === 'optimized')
    throw refused('performance_config', 'a batch has no optimized latency; leave it out, or make calls')
  return body
}
