import { type ChatCompletionRequest, isGatewayError } from '@modelgate/core'
import { KnownModels } from './known-models.ts'

/**
 * Whether a model's streams can be asked for their usage. A server that refuses `stream_options` is remembered by model, for
 * one base URL may serve several kinds of servers.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create#chat-create-stream_options
 */
export class StreamUsage {
  private readonly refused = new KnownModels()
  private readonly enabled: boolean

  constructor(enabled: boolean) {
    this.enabled = enabled
  }

  /** Whether to ask on our own account: it is on, the client did not ask itself, and the model has not refused it. */
  asksFor(request: ChatCompletionRequest): boolean {
    return this.enabled && request.stream_options?.include_usage !== true && !this.refused.has(request.model)
  }

  /** To be called once a call without usage has succeeded: a client's own faulty `stream_options` must not switch ours off. */
  remember(model: string): void {
    this.refused.add(model)
  }
}

/** The request with `include_usage`; other stream options stay. */
export function withUsage(request: ChatCompletionRequest): ChatCompletionRequest {
  return { ...request, stream_options: { ...request.stream_options, include_usage: true } }
}

/** Whether an error is a server's refusal of `stream_options`. */
export function isUsageRefusal(error: unknown): boolean {
  return (
    isGatewayError(error) &&
    error.code === 'invalid_request' &&
    /stream_options|include_usage/.test(`${error.param} ${error.message}`)
  )
}
