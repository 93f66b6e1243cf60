import { Buffer } from 'node:buffer'
import type { AnswerHeaders, Door, Sink } from '@modelgate/core'
import { answerInvocation, type LambdaHandlerOptions } from './answer-invocation.ts'
import type { LambdaContext } from './lambda-runtime.ts'
import { unframed } from './unframed.ts'

/** A whole answer as function URLs and API Gateway take it, 6 MB at most. */
export interface ProxyResult {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: boolean
}

/** The caller waits for it: the answer goes out when the handler returns. */
const bufferedFlushMs = 50

/** Two parameters and no more: Lambda's Node 24 refuses to load a plain handler with a third, its callback of old. */
export type BufferedHandler = (event: unknown, context: LambdaContext) => Promise<ProxyResult>

/** Mounts a gateway behind events answered whole: a stream's events come together, at its end. */
export function bufferedHandler(gateway: { readonly door: Door }, options: LambdaHandlerOptions): BufferedHandler {
  return async (event, context) => {
    const answer = new BufferedAnswer()
    await answerInvocation({ gateway, options, event, context, openSink: () => answer, flushMs: bufferedFlushMs })
    return answer.toResult()
  }
}

class BufferedAnswer implements Sink {
  readonly isBuffered = true
  #statusCode = 500
  #headers: AnswerHeaders = {}
  readonly #writes: Uint8Array[] = []

  head(status: number, headers: AnswerHeaders): void {
    this.#statusCode = status
    this.#headers = headers
  }
  write(bytes: Uint8Array): boolean {
    this.#writes.push(bytes)
    return true
  }
  drained(): Promise<void> {
    return Promise.resolve()
  }
  end(bytes?: Uint8Array): void {
    if (bytes) this.#writes.push(bytes)
  }
  toResult(): ProxyResult {
    const body = Buffer.concat(this.#writes).toString('utf8')
    return { statusCode: this.#statusCode, headers: unframed(this.#headers), body, isBase64Encoded: false }
  }
}
