import { GatewayError, isGatewayError } from '../../errors.ts'
import { inOwnTerms, ownParam } from '../../responses/own-terms.ts'
import { ResponseBuilder } from '../../responses/response-builder.ts'
import type { TranslatedRequest } from '../../responses/to-chat-request.ts'
import { chunksOfCompletion } from '../../stream/completion-chunks.ts'
import type { ResponsesRequest } from '../../wire/responses-request.ts'
import type { Dialect } from '../answer-call.ts'
import type { StreamDialect } from '../send-stream.ts'

/** A request for a response, and where the chat's messages and tools came from. */
interface AskedResponse extends Omit<TranslatedRequest, 'chat'> {
  readonly request: ResponsesRequest
  readonly callId: string
}

/** How the Responses API writes what came of a chat. */
export function responsesDialect({ request, origins, toolOrigins, callId }: AskedResponse): Dialect {
  return {
    stream: new ResponseEvents(request, callId),
    errorOf: error => inOwnTerms(error, origins, toolOrigins),
    paramOf: param => ownParam(param, origins, toolOrigins),
    payloadOf: result => {
      if (result.kind !== 'completion') throw new TypeError('A chat was answered with embeddings.')
      const { value } = result.completion
      const builder = new ResponseBuilder({ request, callId })
      return asRead(() => {
        for (const chunk of chunksOfCompletion(value, { includeUsage: true })) builder.add(chunk)
        return { value: builder.end() }
      })
    },
  }
}

/**
 * A chat passes what a server says as it is; here its every part is read, and may be of any kind.
 * @throws {GatewayError} `upstream_bad_response` for what is none of a chat's: the fault is not the gateway's own.
 */
function asRead<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (isGatewayError(cause)) throw cause
    const message = 'The upstream sent what no chat is answered with; it cannot be told as a response.'
    throw new GatewayError('upstream_bad_response', message, { cause })
  }
}

const encoder = new TextEncoder()

/** A streamed response: numbered events, the last of which tells how it ended. */
class ResponseEvents implements StreamDialect {
  readonly #builder: ResponseBuilder
  #written = ''
  #next = 0

  constructor(request: ResponsesRequest, callId: string) {
    this.#builder = new ResponseBuilder({ request, callId, tell: (type, members) => this.#write(type, members) })
  }

  bytesOf({ frames }: Parameters<StreamDialect['bytesOf']>[0]): Uint8Array {
    asRead(() => {
      for (const frame of frames) this.#builder.add(frame)
    })
    return this.#taken()
  }

  end(): Uint8Array {
    this.#builder.end()
    return this.#taken()
  }

  fail(error: GatewayError): Uint8Array {
    this.#builder.fail(error)
    return this.#taken()
  }

  #write(type: string, members: object): void {
    this.#written += `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#next, ...members })}\n\n`
    this.#next += 1
  }

  #taken(): Uint8Array {
    const bytes = encoder.encode(this.#written)
    this.#written = ''
    return bytes
  }
}
