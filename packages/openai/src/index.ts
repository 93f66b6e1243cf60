export type { ApiKey } from './endpoint.ts'
export { type OpenAIOptions, openai } from './openai.ts'
export type { OpenAIClient, OpenAIClientAnswer, OpenAIClientRequest } from './openai-client.ts'
export { type OpenAICompatibleOptions, openaiCompatible } from './openai-compatible.ts'
