import type { SentRequest } from '@modelgate/aws/lambda/testing'

/** A chat with the scripted provider, as a client sends it. */
export function chatRequest(fields: object = {}, sent: Partial<SentRequest> = {}): SentRequest {
  return {
    path: '/v1/chat/completions',
    headers: { 'Content-Type': 'application/json' },
    body: { model: 'scripted-1', stream: true, messages: [{ role: 'user', content: 'Hello' }], ...fields },
    ...sent,
  }
}

interface StreamEvent {
  readonly choices?: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[]
  readonly error?: { readonly code: string; readonly message: string }
}

/** What a stream said, and how it ended. */
export interface StreamStory {
  readonly text: string
  readonly finishReason: string | undefined
  readonly error: StreamEvent['error']
  readonly done: boolean
}

export function readStory(body: string): StreamStory {
  const data = body
    .split('\n\n')
    .filter(event => event.startsWith('data: '))
    .map(event => event.slice('data: '.length))
  const events = data.filter(text => text !== '[DONE]').map(text => JSON.parse(text) as StreamEvent)
  const choices = events.flatMap(event => event.choices ?? [])
  return {
    text: choices.map(choice => choice.delta.content ?? '').join(''),
    finishReason: choices.findLast(choice => choice.finish_reason)?.finish_reason ?? undefined,
    error: events.find(event => event.error)?.error,
    done: data.at(-1) === '[DONE]',
  }
}
