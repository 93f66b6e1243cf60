import { Buffer } from 'node:buffer'
import {
  type AnswerHeaders,
  type CallController,
  checkMount,
  type Door,
  doorOf,
  GatewayError,
  type Sink,
  sendError,
  toGatewayError,
} from '@modelgate/core'
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
 * @throws {GatewayError} `invalid_configuration` for what is no gateway, and an option that is none or of the wrong kind.
 */
export function toLambdaHandler(gateway: { readonly door: Door }, options: LambdaHandlerOptions = {}): BufferedHandler {
  doorOf(gateway, 'toLambdaHandler()')
  checkMount(options, 'toLambdaHandler()')
  return async (event, context) => {
    const form = answerFormOf(event)
    if (isHealthCheck(event)) return healthy(form)
    const answer = new BufferedAnswer(form)
    await answerInvocation({
      gateway,
      options,
      event,
      context,
      openSink: controller => answer.of(controller),
      isStreamed: false,
      flushMs: bufferedFlushMs,
    })
    return answer.toResult()
  }
}

function healthy(form: AnswerForm): ProxyResult {
  const headers = { 'content-type': 'application/json' }
  return proxyResult({ statusCode: 200, headers, body: Buffer.from('{"status":"ok"}') }, form)
}

class BufferedAnswer implements Sink {
  readonly isBuffered = true
  readonly #form: AnswerForm
  #controller: CallController | undefined
  #statusCode = 500
  #headers: AnswerHeaders = {}
  #writes: Uint8Array[] = []
  #bytes = 0
  #failure: GatewayError | undefined

  constructor(form: AnswerForm) {
    this.#form = form
  }

  /** @param controller aborted as soon as it is known that nobody can take the answer: to read on would cost memory, and money */
  of(controller: CallController): this {
    this.#controller = controller
    return this
  }

  head(status: number, headers: AnswerHeaders): void {
    this.#statusCode = status
    this.#headers = headers
  }

  write(bytes: Uint8Array): boolean {
    const { maxBytes } = this.#form
    this.#bytes += bytes.length
    const said = Number(this.#headers['content-length'] ?? 0)
    if (Math.max(said, this.#bytes) > maxBytes) {
      this.#failure ??= tooLarge(this.#form, said > maxBytes ? `${said}` : `more than ${maxBytes}`)
      this.#writes = []
      this.#controller?.abort(this.#failure)
    } else this.#writes.push(bytes)
    return true
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  cut(error: Error): void {
    this.#failure ??= toGatewayError(error)
  }

  end(bytes?: Uint8Array): void {
    if (bytes) this.#writes.push(bytes)
  }

  async toResult(): Promise<ProxyResult> {
    if (this.#failure) return this.#refused(this.#failure)
    const result = this.#result()
    const bytes = bytesBeyond(result, this.#form.maxBytes)
    return bytes === undefined ? result : this.#refused(tooLarge(this.#form, `${bytes}`))
  }

  async #refused(error: GatewayError): Promise<ProxyResult> {
    const refusal = new BufferedAnswer(this.#form)
    await sendError(refusal, error, this.#headers)
    return refusal.#result()
  }

  #result(): ProxyResult {
    const body = Buffer.concat(this.#writes)
    // A whole answer may be megabytes, and is a string from here on.
    this.#writes = []
    return proxyResult({ statusCode: this.#statusCode, headers: this.#headers, body }, this.#form)
  }
}

function tooLarge({ taker, maxBytes, remedy }: AnswerForm, bytes: string): GatewayError {
  return new GatewayError(
    'answer_too_large',
    `The answer is ${bytes} bytes. ${taker} can answer with ${maxBytes}: ask for less, such as a lower max_tokens or fewer inputs, or ${remedy}.`,
  )
}
