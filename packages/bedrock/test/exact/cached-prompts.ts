import type { ChatCompletionRequest, FunctionTool } from '@modelgate/core'
import type { BedrockChatRequest } from '../../src/index.ts'
import { images } from '../images.ts'

type Messages = ChatCompletionRequest['messages']

export const cache_control = { type: 'ephemeral' } as const
export const hour = { type: 'ephemeral', ttl: '1h' } as const
export const breakpoint = { mode: 'explicit' } as const
export const point = { cachePoint: { type: 'default' } }
export const hourPoint = { cachePoint: { type: 'default', ttl: '1h' } }
export const nova = 'amazon.nova-lite-v1:0'
export const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
export const llama = 'us.meta.llama3-3-70b-instruct-v1:0'

export const hello = { role: 'user', content: 'Hello' } as const
export const helloTurn = { role: 'user', content: [{ text: 'Hello' }] }
export const brief = { role: 'system', content: 'Be brief.' } as const
export const tool = (name: string, more: object = {}): FunctionTool => ({
  type: 'function',
  function: { name },
  ...more,
})
export const entry = (name: string) => ({
  toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } },
})
export const pdf = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QUJD' } } as const
export const png = { type: 'image_url', image_url: { url: `data:image/png;base64,${images.png}` } } as const
export const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }) as const
export const toolUse = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'f', input: {} } })
export const result = (toolUseId: string) => ({ toolResult: { toolUseId, content: [{ text: 'sunny' }] } })

/** A user's text that is marked, so many times. */
export const marks = (count: number): Messages =>
  Array.from({ length: count }, (_, index) => [
    { role: 'user' as const, content: `q${index}`, cache_control },
    { role: 'assistant' as const, content: `a${index}` },
  ])
    .flat()
    .slice(0, -1)

export const called = (more: object = {}): Partial<BedrockChatRequest> => ({
  tools: [tool('f')],
  messages: [
    hello,
    { role: 'assistant', tool_calls: [call('x'), call('y')] },
    { role: 'tool', tool_call_id: 'x', content: 'sunny', ...more },
    { role: 'tool', tool_call_id: 'y', content: 'sunny' },
  ],
})
