import type { BedrockChatRequest } from '@modelgate/bedrock'
import type { ChatMessage } from '@modelgate/core'

/** One of each family that differs in what it refuses. */
export const models = {
  sonnet45: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  sonnet46: 'us.anthropic.claude-sonnet-4-6',
  sonnet55: 'us.anthropic.claude-sonnet-5-5',
  opus47: 'us.anthropic.claude-opus-4-7',
  opus5: 'us.anthropic.claude-opus-5',
  haiku3: 'anthropic.claude-3-haiku-20240307-v1:0',
  nova: 'amazon.nova-lite-v1:0',
  novaMicro: 'amazon.nova-micro-v1:0',
  nova2: 'us.amazon.nova-2-lite-v1:0',
  titan: 'amazon.titan-text-express-v1',
  command: 'cohere.command-text-v14',
  commandR: 'cohere.command-r-v1:0',
  deepseekR1: 'us.deepseek.r1-v1:0',
  deepseek: 'deepseek.v3-v1:0',
  llama3: 'meta.llama3-8b-instruct-v1:0',
  llama31: 'meta.llama3-1-8b-instruct-v1:0',
  llama33: 'us.meta.llama3-3-70b-instruct-v1:0',
  llama4: 'us.meta.llama4-maverick-17b-instruct-v1:0',
  mistral: 'mistral.mistral-large-2402-v1:0',
  mistral3: 'mistral.mistral-large-3-675b-instruct',
  voxtral: 'mistral.voxtral-mini-3b-2507',
  gptOss: 'openai.gpt-oss-20b-1:0',
  palmyra: 'us.writer.palmyra-x5-v1:0',
} as const

type UserContent = Extract<ChatMessage, { role: 'user' }>['content']
type AssistantFields = Omit<Extract<ChatMessage, { role: 'assistant' }>, 'role' | 'content'>

export const user = (content: UserContent): ChatMessage => ({ role: 'user', content })
export const system = (content: string): ChatMessage => ({ role: 'system', content })
export const assistant = (content: string | null, more: AssistantFields = {}): ChatMessage => ({
  role: 'assistant',
  content,
  ...more,
})
export const toolResult = (tool_call_id: string, content: string = 'sunny'): ChatMessage => ({
  role: 'tool',
  tool_call_id,
  content,
})

/** A plain question to Claude Sonnet 4.5 on Bedrock, with what a case adds. */
export function ask(more: Partial<BedrockChatRequest> = {}): BedrockChatRequest {
  return { model: models.sonnet45, messages: [user('Hello there')], ...more }
}

/** One of the request's tools. */
export function tool(
  name: string,
  more: { description?: string; strict?: boolean; parameters?: Record<string, unknown> } = {},
) {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } }
  return { type: 'function' as const, function: { name, parameters, ...more } } satisfies NonNullable<
    BedrockChatRequest['tools']
  >[number]
}

/** What the assistant called. */
export function calls(...ids: readonly string[]) {
  return {
    tool_calls: ids.map(id => ({
      id,
      type: 'function' as const,
      function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
    })),
  }
}
