import type { Reply, ToolCall } from '../../brain/prompt.ts'
import { arrayOf, type JsonObject, pick, stringOf } from '../../json.ts'
import { type Random, randomName } from '../../random.ts'
import { textInput } from '../chat-completion.ts'
import type { OpenaiModel } from '../models.ts'
import { servedTier } from '../served-tier.ts'
import { customToolsOf, type ResponseTrigger, usedTool } from './response-prompt.ts'
import { sealed } from './sealed-reasoning.ts'

/** One answer, before it is written whole or streamed. */
export interface ResponseAnswer {
  /** What every form of the response says, whatever became of it. */
  readonly head: JsonObject
  readonly output: readonly JsonObject[]
  readonly usage: JsonObject
  readonly incompleteBy: 'max_output_tokens' | 'content_filter' | undefined
}

/** What an answer is made from. */
export interface ResponseMaterial {
  readonly body: JsonObject
  readonly model: OpenaiModel
  readonly reply: Reply
  readonly trigger: ResponseTrigger | undefined
  readonly createdAt: number
  readonly random: Random
}

/** The answer to a request. */
export function responseAnswer(material: ResponseMaterial): ResponseAnswer {
  const { reply, trigger } = material
  const asked = trigger === 'refusal' ? undefined : trigger
  const incompleteBy = reply.ending === 'length' ? 'max_output_tokens' : asked
  return {
    head: headOf(material),
    output: outputOf(material, incompleteBy === undefined ? 'completed' : 'incomplete'),
    usage: usageOf(reply),
    incompleteBy,
  }
}

/** The answer's response object when it has ended. */
export function endedResponse({ head, output, usage, incompleteBy }: ResponseAnswer): JsonObject {
  const status = incompleteBy === undefined ? 'completed' : 'incomplete'
  const incomplete_details = incompleteBy === undefined ? null : { reason: incompleteBy }
  return { ...head, status, incomplete_details, output, usage }
}

function headOf({ body, model, createdAt, random }: ResponseMaterial): JsonObject {
  const format = pick(body.text, 'format') ?? { type: 'text' }
  const effort = pick(body.reasoning, 'effort') ?? (model.reasons ? 'medium' : null)
  return {
    id: newId('resp', random),
    object: 'response',
    created_at: createdAt,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model: model.id,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: { effort, summary: pick(body.reasoning, 'summary') ?? null },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: servedTier(stringOf(body.service_tier)),
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format, verbosity: pick(body.text, 'verbosity') ?? 'medium' },
    tool_choice: body.tool_choice ?? 'auto',
    tools: arrayOf(body.tools).map(usedTool),
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: null,
    user: body.user ?? null,
    metadata: body.metadata ?? {},
  }
}

function outputOf({ body, reply, trigger, random }: ResponseMaterial, status: string): readonly JsonObject[] {
  const { reasoning, text, toolCalls } = reply
  const summary = pick(body.reasoning, 'summary') ? [{ type: 'summary_text', text: reasoning }] : []
  const kept = arrayOf(body.include).includes('reasoning.encrypted_content')
    ? { encrypted_content: sealed(reasoning) }
    : {}
  const part =
    trigger === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', annotations: [], logprobs: [], text }
  const message = { id: newId('msg', random), type: 'message', status, content: [part], role: 'assistant' }
  const custom = customToolsOf(body)
  return [
    ...(reasoning === '' ? [] : [{ id: newId('rs', random), type: 'reasoning', summary, ...kept }]),
    // A model that has thought until its tokens were used up has said nothing.
    ...(toolCalls.length > 0 || (reasoning !== '' && trigger === 'max_output_tokens') ? [] : [message]),
    ...toolCalls.map((call, index) => {
      const item = callItem(call, custom, random)
      return trigger === 'max_output_tokens' && index === toolCalls.length - 1 ? cutShort(item) : item
    }),
  ]
}

function callItem(call: ToolCall, custom: ReadonlySet<string>, random: Random): JsonObject {
  const { id, name, input } = call
  const members = { status: 'completed', call_id: id, name }
  return custom.has(name)
    ? { id: newId('ctc', random), type: 'custom_tool_call', ...members, input: textInput(call) }
    : { id: newId('fc', random), type: 'function_call', ...members, arguments: JSON.stringify(input) }
}

/** A call whose end was not written any more. */
function cutShort(call: JsonObject): JsonObject {
  const member = call.type === 'function_call' ? 'arguments' : 'input'
  const written = stringOf(call[member]) ?? ''
  return { ...call, status: 'incomplete', [member]: written.slice(0, written.length / 2) }
}

function usageOf({ inputTokens, outputTokens, reasoningTokens }: Reply): JsonObject {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}

function newId(prefix: string, random: Random): string {
  return `${prefix}_${randomName(random, 48).toLowerCase()}`
}
