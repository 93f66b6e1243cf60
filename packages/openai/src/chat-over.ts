import type { Handler, UpstreamResponse } from '@modelgate/core'
import { chatHandler } from './chat.ts'
import { type Endpoint, type EndpointRequest, readable } from './endpoint.ts'
import { StreamUsage } from './stream-usage.ts'
import { TokenCap } from './token-cap.ts'
import { toUpstream } from './upstream.ts'

/** One request of a chat, to be sent by whoever knows where and in whose name. `accept-encoding: identity` must go with it. */
export type ChatSend = (request: EndpointRequest) => Promise<UpstreamResponse>

/** Who answers, and whether streams are asked for their usage. */
export interface ChatOverOptions {
  /** Who answers, in messages. */
  readonly id: string
  /** Whether streams are asked for their usage where the client did not; a model that refuses is remembered. Default true. */
  readonly streamUsage?: boolean | undefined
}

/**
 * Chats with a server of OpenAI's API over another package's own sending, which may differ from call to call: authorization, headers
 * and errors are the sender's, and it resolves with the head of an answer of status 2xx only. Bytes pass as they are.
 */
export function chatOver({ id, streamUsage }: ChatOverOptions): (send: ChatSend) => Handler<'chat'> {
  const upstream = toUpstream(id, [])
  const usage = new StreamUsage(streamUsage ?? true)
  const cap = new TokenCap()
  return send => {
    const endpoint: Endpoint = {
      send: async request => readable(await send(request), upstream),
      close: () => Promise.resolve(),
    }
    return chatHandler({ endpoint, usage, cap, responses: undefined })
  }
}
