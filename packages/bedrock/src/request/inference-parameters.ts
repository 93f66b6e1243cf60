import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { Thinking } from '../thinking/thinking-rules.ts'
import type { InferenceConfig } from '../wire/converse-wire.ts'
import { noteDroppedName } from './dropped-params.ts'
import { mustBe, refused } from './invalid-request.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

/** Sampling and caps, in Converse's own words and in the model's. */
export interface Parameters {
  readonly inferenceConfig: InferenceConfig
  /** Native parameters, for `additionalModelRequestFields`. */
  readonly fields: Record<string, unknown>
}

/** What decides which parameters are said. */
interface ParameterRules {
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

/**
 * Parameters by the name that stands in `droppedParams` where one was said as 1: on Bedrock its scale may end there, and OpenAI's at 2.
 */
export const saidAsOne: ReadonlyMap<string, string> = new Map(
  ['temperature', 'frequency_penalty', 'presence_penalty'].map(param => [`${param}>1`, param]),
)

function toSampling(
  { temperature, top_p: topP }: BedrockChatRequest,
  { capabilities: { sampling, maxTemperature }, thinking, dropped }: ParameterRules,
): Pick<InferenceConfig, 'temperature' | 'topP'> {
  checkRange('temperature', temperature, [0, 2])
  checkRange('top_p', topP, [0, 1])
  const sayable = isSet(temperature) ? Math.min(temperature, maxTemperature) : undefined
  const none = sampling === 'none' || thinking?.exclusive === true
  const onlyOne = sampling === 'temperatureOrTopP' && sayable !== undefined && isSet(topP)
  // 1 is what both are when nothing is said: of two that may not stand together, it is the one to leave out.
  const saysTemperature = sayable !== undefined && !none && !(onlyOne && sayable === 1 && topP !== 1)
  const saysTopP = isSet(topP) && !none && !(onlyOne && saysTemperature)
  if (isSet(temperature) && temperature > maxTemperature) dropped.add(none ? 'temperature' : 'temperature>1')
  else if (isSet(temperature) && !saysTemperature && temperature !== 1) dropped.add('temperature')
  if (isSet(topP) && !saysTopP && topP !== 1) dropped.add('top_p')
  return { ...(saysTemperature && { temperature: sayable }), ...(saysTopP && { topP }) }
}

function checkRange(param: string, value: number | null | undefined, [min, max]: readonly [number, number]): void {
  if (isSet(value) && !(value >= min && value <= max)) {
    throw refused(param, `${value} is out of range; use ${min} to ${max}`)
  }
}

/** An empty text stops nothing, and is refused by Converse. */
function toStopSequences(stop: BedrockChatRequest['stop'], { capabilities, dropped }: ParameterRules): string[] {
  if (!isSet(stop)) return []
  const asked = typeof stop === 'string' ? [stop] : stop
  const sent: string[] = []
  const lost: number[] = []
  for (const [index, text] of asked.entries()) {
    if (text === '') continue
    const usable = capabilities.blankStopSequences || text.trim() !== ''
    if (usable && sent.length < capabilities.maxStopSequences) sent.push(text)
    else lost.push(index)
  }
  if (lost.length > 0 && sent.length === 0) dropped.add('stop')
  else for (const index of lost) noteDroppedName(`stop[${index}]`, dropped)
  return sent
}

/** OpenAI's sampling extras, which some native bodies know by the same name. Their neutral values say nothing. */
const extras = ['frequency_penalty', 'presence_penalty', 'seed', 'logit_bias'] as const

function toNative(
  request: BedrockChatRequest,
  { capabilities, thinking, dropped }: ParameterRules,
): Record<string, unknown> {
  checkRange('frequency_penalty', request.frequency_penalty, [-2, 2])
  checkRange('presence_penalty', request.presence_penalty, [-2, 2])
  const fields: Record<string, unknown> = {}
  for (const name of extras) {
    const value = request[name]
    if (!isSet(value) || isNeutral(name, value)) continue
    const isPenalty = name === 'frequency_penalty' || name === 'presence_penalty'
    if (isPenalty && capabilities.penalties === 'upToOne') sayUpToOne(name, value, { fields, dropped })
    else if (capabilities.nativeParameters.includes(name)) fields[name] = value
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

/** A negative one would reward what it should keep away, for which there is no word. */
function sayUpToOne(
  name: string,
  value: unknown,
  { fields, dropped }: { readonly fields: Record<string, unknown>; readonly dropped: Set<string> },
): void {
  const penalty = Number(value)
  if (penalty < 0) dropped.add(name)
  else fields[name] = Math.min(penalty, 1)
  if (penalty > 1) dropped.add(`${name}>1`)
}

function isNeutral(name: (typeof extras)[number], value: object | number): boolean {
  return typeof value === 'object' ? Object.keys(value).length === 0 : value === 0 && name !== 'seed'
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}
