import type { FunctionTool, Tool } from '@modelgate/core'
import { mustBe, quoted, refused } from '../request/invalid-request.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'

type CustomTool = Extract<Tool, { readonly type: 'custom' }>

/** A custom tool's text as the JSON object that Converse wants for input. */
export function toCustomInput(text: string): JsonObject {
  return { input: text }
}

/**
 * A custom tool as a function of one string, `input`. Converse knows no grammars: one is told in the description, and that nothing
 * holds the model to it is named.
 * @param at where the tool stands, such as `tools[2]`, for the error.
 * @throws {GatewayError} `invalid_request` for a format that is neither text nor a grammar.
 * @see https://developers.openai.com/api/docs/guides/function-calling#custom-tools
 */
export function toFunctionTool({ custom, cache_control }: CustomTool, at: string, dropped: Set<string>): FunctionTool {
  const { name, description, format } = custom as Record<keyof CustomTool['custom'], unknown>
  if (description !== undefined && description !== null && typeof description !== 'string') {
    throw mustBe(`${at}.custom.description`, 'a string', description)
  }
  const grammar = grammarIn(format, `${at}.custom.format`)
  if (grammar) dropped.add('tools.custom.format')
  const told = [description?.trim() ? description : undefined, grammar].filter(text => text !== undefined).join('\n\n')
  return {
    type: 'function',
    function: {
      name: name as string,
      ...(told && { description: told }),
      parameters: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    },
    ...(cache_control && { cache_control }),
  }
}

const notations: ReadonlyMap<unknown, string> = new Map([
  ['lark', 'follow this Lark grammar'],
  ['regex', 'match this regular expression as a whole'],
])

function grammarIn(format: unknown, at: string): string | undefined {
  if (format === undefined || format === null) return undefined
  if (!isJsonObject(format)) throw mustBe(at, "an object such as { type: 'text' }", format)
  if (format.type === 'text') return undefined
  if (format.type !== 'grammar') {
    const type = typeof format.type === 'string' ? quoted(format.type) : 'that'
    throw refused(`${at}.type`, `${type} is no format of a custom tool; use text or grammar`)
  }
  const { grammar } = format
  const notation = isJsonObject(grammar) ? notations.get(grammar.syntax) : undefined
  if (!isJsonObject(grammar) || notation === undefined || typeof grammar.definition !== 'string') {
    throw mustBe(`${at}.grammar`, "an object such as { syntax: 'lark', definition: 'start: …' }", grammar)
  }
  return `The input must ${notation}:\n${grammar.definition}`
}
