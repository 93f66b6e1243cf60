import { GatewayError, type GatewayErrorOptions, isGatewayError } from '../errors.ts'
import type { Origin } from './to-messages.ts'

/** What a chat's members are called in a request for a response, by how their names begin. */
const names: readonly (readonly [chat: RegExp, own: string])[] = [
  [/^max_completion_tokens\b/, 'max_output_tokens'],
  [/^max_tokens\b/, 'max_output_tokens'],
  [/^response_format\.json_schema\b/, 'text.format'],
  [/^response_format\b/, 'text.format'],
  [/^verbosity\b/, 'text.verbosity'],
  [/^reasoning_effort\b/, 'reasoning.effort'],
  [/^logprobs$/, 'top_logprobs'],
  [/^(tools\[\d+\])\.custom\.format\.grammar\b/, '$1.format'],
  [/^(tools\[\d+\])\.(?:function|custom)\b/, '$1'],
  [/^tool_choice\.(?:function|custom|allowed_tools)\b/, 'tool_choice'],
  [/^tools\.custom\b/, 'tools'],
  // One message by its number is told by its origin.
  [/^messages(?=$|\.\w)/, 'input'],
]

/** Within a part of a message, and within a call. */
const members: readonly (readonly [chat: RegExp, own: string])[] = [
  [/^\.image_url\.url$/, '.image_url'],
  [/^\.file\b/, ''],
  [/^\.id$/, '.call_id'],
  [/^\.(?:function|custom)\b/, ''],
]

/**
 * An error of the chat in the words of who asked for a response: `param`, and the sentence where it names it.
 * @param origins where each message of the chat came from
 * @param toolOrigins and each tool
 */
export function inOwnTerms(error: unknown, origins: readonly Origin[], toolOrigins: readonly string[] = []): unknown {
  if (!isGatewayError(error)) return error
  const param = error.param === undefined ? undefined : ownParam(error.param, origins, toolOrigins)
  const named = error.param && param ? error.message.replaceAll(error.param, param) : error.message
  // Advice of limits and providers names the cap, too, whatever the error is about.
  const message = named.replaceAll('max_completion_tokens', 'max_output_tokens')
  if (param === error.param && message === error.message) return error
  const said: GatewayErrorOptions = error
  return new GatewayError(error.code, message, { ...said, cause: error.cause, param })
}

/** `messages[2].tool_calls[0].function.name` is `input[4].name`. OpenAI itself writes `messages.[2]`. */
export function ownParam(param: string, origins: readonly Origin[], toolOrigins: readonly string[] = []): string {
  const { index, rest = '' } = /^messages\.?\[(?<index>\d+)\](?<rest>.*)$/s.exec(param)?.groups ?? {}
  if (index === undefined) {
    return renamed(param, names).replace(/^tools\[(\d+)\]/, (same, at) => toolOrigins[Number(at)] ?? same)
  }
  const origin = origins[Number(index)]
  // A layer has added messages: nothing is known of where they came from.
  return origin ? withinOrigin(rest, origin) : param
}

function withinOrigin(rest: string, { item, content, parts, calls }: Origin): string {
  // A text of its own, such as the instructions, has no members.
  if (!item.endsWith(']')) return item
  const {
    list,
    at,
    member = '',
  } = /^\.(?<list>content|tool_calls)\[(?<at>\d+)\](?<member>.*)$/s.exec(rest)?.groups ?? {}
  const place = (list === 'tool_calls' ? calls : parts)?.[Number(at)]
  if (place !== undefined) return place + renamed(member, members)
  if (rest === '.tool_call_id') return `${item}.call_id`
  // What is no message has no role.
  if (rest === '.role' && (content !== undefined || calls !== undefined)) return item
  const named = rest.replace(/^\.content\b/, `.${content ?? 'content'}`)
  return item + (list === 'content' ? named.slice(0, named.length - member.length) + renamed(member, members) : named)
}

function renamed(name: string, table: typeof names): string {
  const row = table.find(([chat]) => chat.test(name))
  return row ? name.replace(row[0], row[1]) : name
}
