import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, pick, stringOf } from '../json.ts'
import type { Failure } from '../script.ts'
import { type OpenaiModel, openaiModel } from './models.ts'

/** One thing OpenAI's chat endpoint refuses. */
export interface ChatRule {
  readonly id: string
  readonly check: (body: JsonObject, model: OpenaiModel) => Omit<Failure, 'status'> | undefined
}

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function']
const messagesOf = (body: JsonObject) => arrayOf(body.messages).map(objectOf)
const number = (name: string, least: number, most: number): ChatRule => ({
  id: name,
  check: body => {
    const value = numberOf(body[name])
    if (value === undefined || (value >= least && value <= most)) return undefined
    const [word, side] = value < least ? ['below minimum', `>= ${least}`] : ['above maximum', `<= ${most}`]
    const code = value < least ? 'decimal_below_min_value' : 'decimal_above_max_value'
    return {
      message: `Invalid '${name}': decimal ${word} value. Expected a value ${side}, but got ${value} instead.`,
      param: name,
      code,
    }
  },
})
/** Reasoning models refuse a parameter, whatever its value. */
const refusedByReasoning = (name: string, advice: string): ChatRule => ({
  id: `${name}-reasoning`,
  check: (body, { reasons }) =>
    reasons && body[name] !== undefined && body[name] !== null
      ? {
          message: `Unsupported parameter: '${name}' is not supported with this model.${advice}`,
          param: name,
          code: 'unsupported_parameter',
        }
      : undefined,
})

/** Everything the chat endpoint refuses, in the order it looks. */
export const CHAT_RULES: readonly ChatRule[] = [
  {
    id: 'messages-missing',
    check: ({ messages }) =>
      messages === undefined
        ? { message: "Missing required parameter: 'messages'.", param: 'messages', code: 'missing_required_parameter' }
        : undefined,
  },
  {
    id: 'messages-type',
    check: ({ messages }) =>
      Array.isArray(messages)
        ? undefined
        : {
            message: "Invalid type for 'messages': expected an array of objects.",
            param: 'messages',
            code: 'invalid_type',
          },
  },
  {
    id: 'messages-empty',
    check: ({ messages }) =>
      arrayOf(messages).length > 0
        ? undefined
        : {
            message:
              "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param: 'messages',
            code: 'empty_array',
          },
  },
  {
    id: 'message-role',
    check: body => {
      const at = messagesOf(body).findIndex(({ role }) => !ROLES.includes(String(role)))
      const role = messagesOf(body)[at]?.role
      const known = ROLES.map(name => `'${name}'`).join(', ')
      return at < 0
        ? undefined
        : {
            message: `Invalid value: '${String(role)}'. Supported values are: ${known}.`,
            param: `messages[${at}].role`,
            code: 'invalid_value',
          }
    },
  },
  {
    id: 'message-content',
    check: body => {
      const at = messagesOf(body).findIndex(({ role, content }) => role !== 'assistant' && content === undefined)
      return at < 0
        ? undefined
        : {
            message: `Missing required parameter: 'messages[${at}].content'.`,
            param: `messages[${at}].content`,
            code: 'missing_required_parameter',
          }
    },
  },
  {
    id: 'content-null',
    check: body => {
      const at = messagesOf(body).findIndex(
        ({ role, content, tool_calls, function_call, audio, refusal }) =>
          content === null && (role !== 'assistant' || !(tool_calls ?? function_call ?? audio ?? refusal)),
      )
      return at < 0
        ? undefined
        : { message: "Invalid value for 'content': expected a string, got null.", param: `messages.[${at}].content` }
    },
  },
  {
    id: 'tool-without-call',
    check: body => {
      const messages = messagesOf(body)
      const at = messages.findIndex(({ role }, index) => role === 'tool' && !answersCall(messages, index))
      return at < 0
        ? undefined
        : {
            message:
              "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
            param: `messages.[${at}].role`,
          }
    },
  },
  {
    id: 'call-without-tool',
    check: body => {
      const messages = messagesOf(body)
      const at = messages.findIndex((_message, index) => unanswered(messages, index).length > 0)
      return at < 0
        ? undefined
        : {
            message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${unanswered(messages, at).join(', ')}`,
            param: `messages.[${at}].role`,
          }
    },
  },
  {
    id: 'tool-name',
    check: body => {
      const names = arrayOf(body.tools).map(tool => stringOf(pick(tool, 'function', 'name')))
      const at = names.findIndex(name => name !== undefined && !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      const param = `tools[${at}].function.name`
      return at < 0
        ? undefined
        : {
            message: `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
            param,
            code: 'invalid_value',
          }
    },
  },
  {
    id: 'tools-empty',
    check: ({ tools }) =>
      Array.isArray(tools) && tools.length === 0
        ? {
            message:
              "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param: 'tools',
            code: 'empty_array',
          }
        : undefined,
  },
  {
    id: 'tool-choice-without-tools',
    check: body =>
      body.tool_choice !== undefined && body.tool_choice !== null && body.tools === undefined
        ? {
            message: "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
            param: 'tool_choice',
          }
        : undefined,
  },
  {
    id: 'stream-options-without-stream',
    check: body =>
      isJsonObject(body.stream_options) && body.stream !== true
        ? {
            message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param: 'stream_options',
          }
        : undefined,
  },
  number('temperature', 0, 2),
  number('top_p', 0, 1),
  number('presence_penalty', -2, 2),
  number('frequency_penalty', -2, 2),
  number('n', 1, 128),
  number('max_tokens', 1, 1_000_000),
  number('max_completion_tokens', 1, 1_000_000),
  {
    id: 'both-max-tokens',
    check: body =>
      numberOf(body.max_tokens) !== undefined && numberOf(body.max_completion_tokens) !== undefined
        ? {
            message: 'Setting `max_tokens` and `max_completion_tokens` at the same time is not supported.',
            code: 'invalid_parameter_combination',
          }
        : undefined,
  },
  refusedByReasoning('max_tokens', " Use 'max_completion_tokens' instead."),
  refusedByReasoning('stop', ''),
  {
    id: 'temperature-reasoning',
    check: (body, { reasons }) =>
      reasons && (numberOf(body.temperature) ?? 1) !== 1
        ? {
            message: `Unsupported value: 'temperature' does not support ${String(body.temperature)} with this model. Only the default (1) value is supported.`,
            param: 'temperature',
            code: 'unsupported_value',
          }
        : undefined,
  },
  {
    id: 'stop-count',
    check: ({ stop }) =>
      arrayOf(stop).length > 4
        ? {
            message: `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${arrayOf(stop).length} instead.`,
            param: 'stop',
            code: 'array_above_max_length',
          }
        : undefined,
  },
  {
    id: 'json-word',
    check: body =>
      pick(body, 'response_format', 'type') === 'json_object' && !/json/i.test(JSON.stringify(body.messages))
        ? {
            message:
              "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param: 'messages',
          }
        : undefined,
  },
]

function answersCall(messages: readonly JsonObject[], index: number): boolean {
  const caller = messages.slice(0, index).findLast(({ role }) => role !== 'tool')
  return arrayOf(caller?.tool_calls).some(call => pick(call, 'id') === messages[index]?.tool_call_id)
}

function unanswered(messages: readonly JsonObject[], index: number): readonly unknown[] {
  const calls = arrayOf(messages[index]?.tool_calls).map(call => pick(call, 'id'))
  const rest = messages.slice(index + 1)
  const end = rest.findIndex(({ role }) => role !== 'tool')
  const answers = (end < 0 ? rest : rest.slice(0, end)).map(message => message.tool_call_id)
  return calls.filter(id => !answers.includes(id))
}

/** What OpenAI would say against a chat request; undefined when it would answer. */
export function brokenChatRule(body: JsonObject, models: readonly OpenaiModel[]): Failure | undefined {
  const id = stringOf(body.model)
  if (id === undefined) return { status: 400, message: 'you must provide a model parameter' }
  const model = openaiModel(id, models)
  if (!model) return unknownModel(id)
  if (model.kind !== 'chat') {
    const message =
      'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?'
    return { status: 404, message, param: 'model', code: null }
  }
  for (const { id: rule, check } of CHAT_RULES) {
    const offence = check(body, model)
    if (offence) return { status: 400, rule, ...offence }
  }
  return undefined
}

/** OpenAI's 404 for a model it does not have. */
export function unknownModel(id: string): Failure {
  const message = `The model \`${id}\` does not exist or you do not have access to it.`
  return { status: 404, message, code: 'model_not_found' }
}
