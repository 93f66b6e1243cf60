import type { ChatCompletionRequest, FunctionTool } from '@modelgate/core'

type ResponseFormat = NonNullable<ChatCompletionRequest['response_format']>

export const text = { type: 'string' }
export const person = { type: 'object', properties: { name: text }, required: ['name'] }
export const closed = { ...person, additionalProperties: false }
export const open = { type: 'object', additionalProperties: text }
export const answerTool = (json: object) => ({
  toolSpec: { name: 'json_answer', description: 'Gives the answer.', inputSchema: { json } },
})
export const forced = { tool: { name: 'json_answer' } }
export const auto = [{ text: 'Give your final answer by calling the tool json_answer, and in no other way.' }]
export const weather: FunctionTool = { type: 'function', function: { name: 'get_weather' } }
export const weatherEntry = {
  toolSpec: { name: 'get_weather', inputSchema: { json: { type: 'object', properties: {} } } },
}
export const thinking = { reasoning_effort: 'low' } as const

export function json(schema: object, more: object = {}): { response_format: ResponseFormat } {
  return { response_format: { type: 'json_schema', json_schema: { name: 'person', schema: { ...schema }, ...more } } }
}

export function native(schema: object, more: object = {}): Record<string, unknown> {
  const jsonSchema = { schema: JSON.stringify(schema), name: 'person', ...more }
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } }
}

export const words = (schema: object | undefined, after = '') => {
  const what = schema ? 'one JSON value that is valid against the JSON Schema below' : 'one JSON object'
  const told = `Your final answer must be ${what}, and nothing else: no text around it and no code fence.${after}`
  return { system: [{ text: schema ? `${told}\n\n${JSON.stringify(schema)}` : told }] }
}

export const nothing = ['outputConfig', 'toolConfig', 'system']
export const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
export const sonnet46 = 'us.anthropic.claude-sonnet-4-6'
