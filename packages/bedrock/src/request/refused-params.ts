import { refused } from './invalid-request.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

/**
 * Refuses parameters whose loss would break the program that reads the answer: it waits for log probabilities, speech or a
 * verdict, which Bedrock's chat models do not give.
 * @throws {GatewayError} `invalid_request` naming the parameter.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export function refuseUnanswerable({
  logprobs,
  top_logprobs,
  audio,
  modalities,
  moderation,
}: BedrockChatRequest): void {
  if (logprobs) throw refused('logprobs', `Bedrock gives no log probabilities; ${orElsewhere}`)
  if (top_logprobs) throw refused('top_logprobs', `Bedrock gives no log probabilities; ${orElsewhere}`)
  if (modalities?.some(modality => modality !== 'text'))
    throw refused('modalities', "Bedrock's chat models answer in text only; leave out all but 'text'")
  if (audio) throw refused('audio', `Bedrock's chat models do not speak; ${orElsewhere}`)
  if (moderation) throw refused('moderation', `Bedrock gives no verdicts of OpenAI's; ${orGuardrail}`)
}

const orElsewhere = 'leave it out, or name an OpenAI target'
const orGuardrail = 'leave it out, or name a guardrail of yours in guardrail_config'
