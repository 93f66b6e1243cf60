import type { JsonObject } from '../src/json.ts'
import { userText, weatherTool } from './clients.ts'

/** A request that breaks one rule of Converse and no other. */
export interface RuleCase {
  readonly model?: string
  readonly stream?: true
  readonly body: JsonObject
  /** What the refusal must say. */
  readonly says: string
}

export const HAIKU_3 = 'anthropic.claude-3-haiku-20240307-v1:0'
export const OPUS_47 = 'us.anthropic.claude-opus-4-7'
export const NOVA = 'amazon.nova-lite-v1:0'
export const LLAMA_33 = 'us.meta.llama3-3-70b-instruct-v1:0'
export const MISTRAL = 'mistral.mistral-large-2402-v1:0'
export const hi = userText('hi')
export const assistant = (...content: object[]) => ({ role: 'assistant', content })
export const user = (...content: object[]) => ({ role: 'user', content })
export const say = (rest: JsonObject): JsonObject => ({ messages: [hi], ...rest })
export const toolConfig = { tools: [weatherTool] }
export const spec = (change: object) => ({ tools: [{ toolSpec: { ...weatherTool.toolSpec, ...change } }] })
export const use = (toolUseId: string, change: object = {}) => ({
  toolUse: { toolUseId, name: 'get_weather', input: {}, ...change },
})
export const result = (toolUseId: string) => ({ toolResult: { toolUseId, content: [{ text: 'sunny' }] } })
export const called = (id: string, ...answer: object[]): JsonObject => ({
  messages: [hi, assistant(use(id)), user(...answer)],
  toolConfig,
})
export const PNG = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1').toString('base64')
export const image = (format = 'png', bytes = PNG) => ({ image: { format, source: { bytes } } })
export const document = (name: string, format = 'txt') => ({ document: { name, format, source: { bytes: 'aGk=' } } })
export const text = { text: 'look' }
export const cachePoint = { cachePoint: { type: 'default' } }
export const reasoning = (signature?: string) => ({
  reasoningContent: { reasoningText: { text: 'hm', ...(signature ? { signature } : {}) } },
})
export const thinking = (budget: number, rest: JsonObject = {}): JsonObject =>
  say({ ...rest, additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: budget } } })
export const thinkingType = (type: string) => say({ additionalModelRequestFields: { thinking: { type } } })
export const schemaConfig = (schema: unknown) => ({
  textFormat: { type: 'json_schema', structure: { jsonSchema: { schema } } },
})
