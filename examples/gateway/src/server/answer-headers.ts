import type { AnswerHeaders, DoorRequest, Sink } from '@modelgate/core'
import { type CorsOptions, corsHeaders } from './cors.ts'

/** What stands on every answer of the app. It serves data and no pages: a browser is to make nothing else of it. */
const always: AnswerHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

/** A year, of this host alone: what else is under its domain is not the gateway's to decide. https://www.rfc-editor.org/rfc/rfc6797 */
const https: AnswerHeaders = { ...always, 'strict-transport-security': 'max-age=31536000' }

export interface AnswerHeadersOptions {
  readonly cors?: CorsOptions | undefined
  /** Proxies before the gateway, whose word on how they were called is taken. */
  readonly trustProxy: number
}

/** Headers of the app's own on the answer to a request. What is given back is shared between answers, and not to be written to. */
export function answerHeaders({ cors, trustProxy }: AnswerHeadersOptions): (request: DoorRequest) => AnswerHeaders {
  return ({ headers }) => {
    const secure = trustProxy > 0 && isHttps(headers['x-forwarded-proto'], trustProxy) ? https : always
    return cors ? { ...secure, ...corsHeaders(cors, headers.origin) } : secure
  }
}

/** Some proxies append to the list, some keep one word in it. */
function isHttps(forwarded: string | undefined, hops: number): boolean {
  if (forwarded === undefined) return false
  const protocols = forwarded.split(',').map(protocol => protocol.trim().toLowerCase())
  return (protocols.at(-hops) ?? protocols[0]) === 'https'
}

/** Puts headers on whatever is answered. */
export class HeadedSink implements Sink {
  private readonly sink: Sink
  private readonly headers: AnswerHeaders

  constructor(sink: Sink, headers: AnswerHeaders) {
    this.sink = sink
    this.headers = headers
  }

  get isBuffered(): boolean | undefined {
    return this.sink.isBuffered
  }

  head(status: number, headers: AnswerHeaders): void {
    this.sink.head(status, { ...this.headers, ...headers })
  }

  write(bytes: Uint8Array): boolean {
    return this.sink.write(bytes)
  }

  drained(): Promise<void> {
    return this.sink.drained()
  }

  end(bytes?: Uint8Array): void | Promise<void> {
    return this.sink.end(bytes)
  }

  cut(error: Error): void {
    this.sink.cut?.(error)
  }
}
