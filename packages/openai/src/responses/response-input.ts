import type { AssistantMessage, ChatMessage, ContentPart, ToolCall } from '@modelgate/core'

type InputItem = Readonly<Record<string, unknown>>

/**
 * A chat's messages as the items of a response's input: what is called stands beside what is said. Items have no ids, so that none is
 * looked for in what OpenAI keeps.
 * @see https://developers.openai.com/api/docs/api-reference/responses/create#responses-create-input
 */
export function toInput(messages: readonly ChatMessage[]): InputItem[] {
  const calls = messages.flatMap(message => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  const customCalls = new Set(calls.filter(({ type }) => type === 'custom').map(({ id }) => id))
  return messages.flatMap(message => itemsOf(message, customCalls))
}

/** The parts of a chat that a response has a place for. */
const placed: ReadonlySet<string> = new Set(['text', 'image_url', 'file'])

/** Whether an input has a place for all that messages say. */
export function fitsInput(messages: readonly ChatMessage[]): boolean {
  return messages.every(message => {
    if (message.role === 'function') return false
    if (message.role === 'assistant') return fitsOutput(message)
    return typeof message.content === 'string' || message.content.every(({ type }) => placed.has(type))
  })
}

function fitsOutput({ audio, function_call: called, content }: AssistantMessage): boolean {
  if (audio || called) return false
  return !Array.isArray(content) || content.every(({ type }) => type === 'text' || type === 'refusal')
}

function itemsOf(message: ChatMessage, customCalls: ReadonlySet<string>): InputItem[] {
  switch (message.role) {
    case 'assistant':
      return [...saidBy(message), ...(message.tool_calls ?? []).map(toCallItem)]
    case 'tool': {
      const type = customCalls.has(message.tool_call_id) ? 'custom_tool_call_output' : 'function_call_output'
      return [{ type, call_id: message.tool_call_id, output: toContent(message.content) }]
    }
    case 'function':
      return []
    default:
      return [{ role: message.role, content: toContent(message.content) }]
  }
}

/** A turn that only called tools said nothing. */
function saidBy({ content, refusal }: AssistantMessage): InputItem[] {
  const said = typeof content === 'string' ? [{ type: 'text', text: content } as const] : (content ?? [])
  const own = said.map(part => (part.type === 'refusal' ? toRefusal(part.refusal) : toOutputText(part.text)))
  if (refusal) own.push(toRefusal(refusal))
  const spoken = own.filter(part => part.text !== '')
  return spoken.length > 0 ? [{ role: 'assistant', content: spoken }] : []
}

function toOutputText(text: string): InputItem {
  return { type: 'output_text', text }
}

function toRefusal(refusal: string): InputItem {
  return { type: 'refusal', refusal }
}

function toCallItem(call: ToolCall): InputItem {
  return call.type === 'custom'
    ? { type: 'custom_tool_call', call_id: call.id, name: call.custom.name, input: call.custom.input }
    : { type: 'function_call', call_id: call.id, name: call.function.name, arguments: call.function.arguments }
}

function toContent(content: string | readonly ContentPart[]): string | InputItem[] {
  return typeof content === 'string' ? content : content.map(toPart)
}

/** Not what marks prompts for Bedrock's cache, which OpenAI does not know. */
function toPart({ cache_control: _mark, ...part }: ContentPart): InputItem {
  switch (part.type) {
    case 'text':
      return { ...part, type: 'input_text' }
    case 'image_url': {
      const { image_url: image, ...others } = part
      return { ...others, type: 'input_image', image_url: image.url, ...(image.detail && { detail: image.detail }) }
    }
    case 'file': {
      const { file, ...others } = part
      return { ...others, ...file, type: 'input_file' }
    }
    default:
      return part
  }
}
