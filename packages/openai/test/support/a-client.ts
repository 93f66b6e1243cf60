import OpenAI, { type ClientOptions } from 'openai'
import type { AnsweringServer } from './answering-server.ts'

export const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
}
export const apiKey = 'sk-of-the-client'
export const clientOf = (upstream: AnsweringServer, options: ClientOptions = {}): OpenAI =>
  new OpenAI({ baseURL: upstream.url, apiKey, logLevel: 'off', ...options })
export const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  )
