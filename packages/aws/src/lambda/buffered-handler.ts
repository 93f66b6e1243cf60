import { Buffer } from 'node:buffer'
import { type AnswerHeaders, type Door, GatewayError, type Sink, sendError } from '@modelgate/core'
import { type AnswerForm, answerFormOf } from './answer-form.ts'
import { answerInvocation, type LambdaHandlerOptions } from './answer-invocation.ts'
import { isHealthCheck } from './health-check.ts'
import type { LambdaContext } from './lambda-runtime.ts'
import { bytesBeyond, type ProxyResult, proxyResult } from './proxy-result.ts'

/** The caller waits for it: the answer goes out when the handler returns. */
const bufferedFlushMs = 50

/** Two parameters and no more: Lambda's Node 24 refuses to load a plain handler with a third, its callback of old. */
export type BufferedHandler = (event: unknown, context: LambdaContext) => Promise<ProxyResult>

/**
 * A Lambda handler that answers whole: behind an Application Load Balancer, with multi-value headers or without; an API Gateway REST
 * API or HTTP API; a function URL with `InvokeMode: BUFFERED`. A streamed chat's events come together, at its end.
 *
 * An answer that its taker would refuse, as a load balancer does beyond 1 MB and Lambda beyond 6 MB, is told as `answer_too_large`
 * in its place. Load balancers' health checks are answered before anybody is asked for a key. A call is given up 2 s before the
 * function's timeout, with 504; API Gateway waits for 29 s as a rule, so give a gateway behind it `timeouts: { totalMs: 28_000 }`.
 */
export function toLambdaHandler(gateway: { readonly door: Door }, options: LambdaHandlerOptions = {}): BufferedHandler {
  return async (event, context) => {
    const form = answerFormOf(event)
    if (isHealthCheck(event)) return healthy(form)
    const answer = new BufferedAnswer()
    await answerInvocation({
      gateway,
      options,
      event,
      context,
      openSink: () => answer,
      isStreamed: false,
      flushMs: bufferedFlushMs,
    })
    return answer.toResult(form)
  }
}

function healthy(form: AnswerForm): ProxyResult {
  const headers = { 'content-type': 'application/json' }
  return proxyResult({ statusCode: 200, headers, body: Buffer.from('{"status":"ok"}') }, form)
}

class BufferedAnswer implements Sink {
  readonly isBuffered = true
  #statusCode = 500
  #headers: AnswerHeaders = {}
  #writes: Uint8Array[] = []

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

  async toResult(form: AnswerForm): Promise<ProxyResult> {
    const result = this.#resultIn(form)
    const bytes = bytesBeyond(result, form.maxBytes)
    if (bytes === undefined) return result
    const refusal = new BufferedAnswer()
    await sendError(refusal, tooLarge(form, bytes), this.#headers)
    return refusal.#resultIn(form)
  }

  #resultIn(form: AnswerForm): ProxyResult {
    const body = Buffer.concat(this.#writes)
    // A whole answer may be megabytes, and is a string from here on.
    this.#writes = []
    return proxyResult({ statusCode: this.#statusCode, headers: this.#headers, body }, form)
  }
}

function tooLarge({ taker, maxBytes, remedy }: AnswerForm, bytes: number): GatewayError {
  return new GatewayError(
    'answer_too_large',
    `The answer is ${bytes} bytes. ${taker} can answer with ${maxBytes}: ask for less, such as a lower max_tokens or fewer inputs, or ${remedy}.`,
  )
}
