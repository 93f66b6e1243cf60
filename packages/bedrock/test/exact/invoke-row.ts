import type { ChatMessage } from '@modelgate/core'
import type { BedrockOptions } from '../../src/index.ts'
import type { RequestRow } from './request-row.ts'

/** A model of each family. */
export const titan = 'amazon.titan-tg1-large'
export const claude2 = 'anthropic.claude-v2:1'
export const sonnet = 'anthropic.claude-3-sonnet-20240229-v1:0'
export const command = 'cohere.command-text-v14'
export const commandR = 'cohere.command-r-v1:0'
export const llama3 = 'meta.llama3-8b-instruct-v1:0'
export const llama4 = 'us.meta.llama4-scout-17b-instruct-v1:0'
export const mistral = 'mistral.mistral-7b-instruct-v0:2'
export const jamba = 'ai21.jamba-1-5-mini-v1:0'
export const nova = 'amazon.nova-micro-v1:0'

/** All of them over InvokeModel. */
export const lanes: BedrockOptions<string> = {
  lanes: {
    'amazon.': 'invoke',
    'anthropic.': 'invoke',
    'cohere.command': 'invoke',
    'meta.': 'invoke',
    'mistral.': 'invoke',
    'ai21.': 'invoke',
    'qwen.': 'invoke',
    'openai.gpt-oss': 'invoke',
  },
}

export const system = (content: string): ChatMessage => ({ role: 'system', content })
export const user = (content: string): ChatMessage => ({ role: 'user', content })
export const said = (content: string): ChatMessage => ({ role: 'assistant', content })
export const talk = [user('Hi'), said('Hello'), user('Bye')]

/** A row over InvokeModel. */
export const row = (
  it: string,
  request: RequestRow['request'],
  more: Omit<RequestRow, 'it' | 'request'>,
): RequestRow => ({
  it,
  request,
  options: lanes,
  operations: [request.stream ? 'invoke-stream' : 'invoke'],
  ...more,
})
