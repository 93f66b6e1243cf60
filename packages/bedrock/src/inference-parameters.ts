import type { InferenceConfig } from './converse-wire.ts'
import { mustBe, refused } from './invalid-request.ts'
import type { ModelCapabilities } from './models.ts'
import type { BedrockChatRequest } from './request-extensions.ts'
import type { Thinking } from './thinking.ts'

/** Sampling and caps, in Converse's own words and in the model's. */
export interface Parameters {
  readonly inferenceConfig: InferenceConfig
  /** Native parameters, for `additionalModelRequestFields`. */
  readonly fields: Record<string, unknown>
}

/** What decides which parameters are said. */
export interface ParameterRules {
  readonly capabilities: ModelCapabilities
  readonly thinking: Thinking | undefined
  readonly dropped: Set<string>
}

/**
 * Sampling parameters, caps and stop sequences. What the model cannot be told goes to `dropped`. `0` is a value, not an absence.
 * @throws {GatewayError} `invalid_request` for a value out of its range.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html
 */
export function toParameters(request: BedrockChatRequest, rules: ParameterRules): Parameters {
  const maxTokens = rules.thinking ? rules.thinking.maxTokens : maxTokensOf(request)
  const stopSequences = toStopSequences(request.stop, rules)
  return {
    inferenceConfig: {
      // A cap that no answer can reach is refused, and says no less when it is lowered to what can be reached.
      ...(maxTokens !== undefined && { maxTokens: Math.min(maxTokens, rules.capabilities.maxOutputTokens) }),
      ...toSampling(request, rules),
      ...(stopSequences.length > 0 && { stopSequences }),
    },
    fields: toNative(request, rules),
  }
}

/**
 * The cap the caller set, the newer name first. None is invented: a default would cut answers.
 * @throws {GatewayError} `invalid_request` for what is no positive integer.
 */
export function maxTokensOf({ max_completion_tokens, max_tokens }: BedrockChatRequest): number | undefined {
  const param = isSet(max_completion_tokens) ? 'max_completion_tokens' : 'max_tokens'
  const value = max_completion_tokens ?? max_tokens ?? undefined
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value
  throw refused(param, `${value} is no whole number of at least 1; leave it out for no cap`)
}

function toSampling(
  { temperature, top_p: topP }: BedrockChatRequest,
  { capabilities: { sampling }, thinking, dropped }: ParameterRules,
): Pick<InferenceConfig, 'temperature' | 'topP'> {
  checkRange('temperature', temperature, 2)
  checkRange('top_p', topP, 1)
  const none = sampling === 'none' || thinking?.exclusive
  const keepsTopP = isSet(topP) && !none && !(sampling === 'temperatureOrTopP' && isSet(temperature))
  if (isSet(temperature) && (none || temperature > 1)) dropped.add('temperature')
  if (isSet(topP) && !keepsTopP) dropped.add('top_p')
  return {
    // OpenAI's scale goes to 2, Converse's to 1.
    ...(isSet(temperature) && !none && { temperature: Math.min(temperature, 1) }),
    ...(keepsTopP && { topP }),
  }
}

function checkRange(param: string, value: number | null | undefined, max: number): void {
  if (isSet(value) && !(value >= 0 && value <= max)) throw refused(param, `${value} is out of range; use 0 to ${max}`)
}

function toStopSequences(stop: BedrockChatRequest['stop'], { capabilities, dropped }: ParameterRules): string[] {
  const asked = typeof stop === 'string' ? [stop] : (stop ?? [])
  const usable = asked.filter(text => (capabilities.blankStopSequences ? text !== '' : text.trim() !== ''))
  const sent = usable.slice(0, capabilities.maxStopSequences)
  if (sent.length < asked.length) dropped.add('stop')
  return sent
}

/** OpenAI's sampling extras, which some native bodies know by the same name. Their neutral values say nothing. */
const extras = ['frequency_penalty', 'presence_penalty', 'seed', 'logit_bias'] as const

function toNative(
  request: BedrockChatRequest,
  { capabilities, thinking, dropped }: ParameterRules,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of extras) {
    const value = request[name]
    if (!isSet(value) || (value === 0 && name !== 'seed')) continue
    if (capabilities.nativeParameters.includes(name)) fields[name] = value
    else dropped.add(name)
  }
  const { top_k: topK } = request
  if (!isSet(topK)) return fields
  if (typeof topK !== 'number') throw mustBe('top_k', 'a number', topK)
  if (!capabilities.topK || thinking?.exclusive) dropped.add('top_k')
  else if (capabilities.topK === 'inferenceConfig.topK') fields.inferenceConfig = { topK }
  else fields[capabilities.topK] = topK
  return fields
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}
