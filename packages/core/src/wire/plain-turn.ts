import { isListOf, isPlainlyRight, isText } from './plainly-right.ts'

/** Whether a message is plainly right that holds more than a text: pictures, calls of tools, what a tool gave, what a model thought. */
export function isPlainTurn(message: unknown): boolean {
  if (!isPlainlyRight(message, isRightOfTurn)) return false
  const { role, content, tool_call_id } = message
  if (role === 'assistant') return true
  if (content === undefined || content === null) return false
  return role === 'tool' ? tool_call_id !== undefined : role === 'user' || role === 'system' || role === 'developer'
}

function isRightOfTurn(name: string, value: unknown): boolean {
  switch (name) {
    case 'role':
    case 'name':
      return isText(value)
    case 'content':
      return value === null || isText(value) || isListOf(value, isPlainPart)
    case 'tool_calls':
      return value === null || isListOf(value, isPlainCall)
    case 'tool_call_id':
      return isText(value) && value !== ''
    // No schema looks at them: what they hold is the provider's.
    case 'refusal':
    case 'annotations':
    case 'reasoning_content':
    case 'thinking_blocks':
    case 'cache_control':
      return true
    default:
      return false
  }
}

function isPlainPart(part: unknown): boolean {
  if (!isPlainlyRight(part, isRightOfPart)) return false
  if (part.type === 'text') return part.text !== undefined
  return part.type === 'image_url' && part.image_url !== undefined
}

function isRightOfPart(name: string, value: unknown): boolean {
  switch (name) {
    case 'type':
    case 'text':
      return isText(value)
    case 'image_url':
      return isPlainlyRight(value, isRightOfImage) && value.url !== undefined
    case 'cache_control':
    case 'prompt_cache_breakpoint':
      return true
    default:
      return false
  }
}

function isRightOfImage(name: string, value: unknown): boolean {
  return (name === 'url' || name === 'detail') && isText(value)
}

function isPlainCall(call: unknown): boolean {
  if (!isPlainlyRight(call, isRightOfCall)) return false
  return call.id !== undefined && call.type !== undefined && call.function !== undefined
}

function isRightOfCall(name: string, value: unknown): boolean {
  switch (name) {
    case 'id':
      return isText(value)
    case 'type':
      return value === 'function'
    case 'function':
      return isPlainlyRight(value, isRightOfCalled) && value.name !== undefined && value.arguments !== undefined
    default:
      return false
  }
}

function isRightOfCalled(name: string, value: unknown): boolean {
  return (name === 'name' || name === 'arguments') && isText(value)
}
