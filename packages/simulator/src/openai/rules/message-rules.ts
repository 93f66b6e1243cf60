import { arrayOf, type JsonObject, objectOf, pick } from '../../json.ts'
import type { ChatRule } from './chat-rule.ts'

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function']
const messagesOf = (body: JsonObject) => arrayOf(body.messages).map(objectOf)

/** Rules about the messages, and the tool calls among them. */
export const MESSAGE_RULES: readonly ChatRule[] = [
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
