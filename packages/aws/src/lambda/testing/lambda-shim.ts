import { randomUUID } from 'node:crypto'
import type { LambdaContext, LambdaRuntime, StreamedHandler } from '../lambda-runtime.ts'
import { type ShimInvocation, shimInvocation } from './shim-invocation.ts'
import { createShimStream, fromPrelude } from './shim-stream.ts'

/** What an invocation of the shim is given. */
export interface InvokeOptions {
  /** What is left of the function's time, in milliseconds. Default 30,000. */
  readonly remainingMs?: number | undefined
  readonly awsRequestId?: string | undefined
  /** Bytes the response stream holds before its `write` says false. Default 16,384. */
  readonly highWaterMark?: number | undefined
}

/** The part of Lambda's Node runtime that streaming handlers see, in this process. */
export interface LambdaShim extends Disposable {
  /** @throws {TypeError} where the handler was not made a streaming one, as when it was made before the shim was installed. */
  invoke(handler: unknown, event: unknown, options?: InvokeOptions): ShimInvocation
  /** Puts back the global that was there before. */
  uninstall(): void
}

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming')

/** Sets the global `awslambda`, for handlers made after it. Events and answers then pass as they do on Lambda. */
export function installLambdaShim(): LambdaShim {
  const before: unknown = Reflect.get(globalThis, 'awslambda')
  const runtime: LambdaRuntime = {
    streamifyResponse: handler => Object.assign(handler, { [streaming]: 'response' }),
    HttpResponseStream: { from: fromPrelude },
  }
  Reflect.set(globalThis, 'awslambda', runtime)

  const uninstall = (): void => {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'awslambda')
    else Reflect.set(globalThis, 'awslambda', before)
  }
  return {
    invoke(handler, event, options = {}) {
      if (!isStreamed(handler)) throw new TypeError('This handler does not stream; make it after installLambdaShim().')
      const { stream, wire } = createShimStream(options.highWaterMark ?? 16_384)
      const run = async (): Promise<void> => {
        try {
          await handler(event, stream, shimContext(options))
        } catch (error) {
          wire.destroy(error instanceof Error ? error : new Error(String(error)))
          throw error
        }
        if (!wire.writableEnded) throw new Error('The handler returned and left its response stream open.')
      }
      return shimInvocation(wire, run())
    },
    uninstall,
    [Symbol.dispose]: uninstall,
  }
}

function isStreamed(handler: unknown): handler is StreamedHandler {
  return typeof handler === 'function' && Reflect.get(handler, streaming) === 'response'
}

function shimContext({ remainingMs = 30_000, awsRequestId = randomUUID() }: InvokeOptions): LambdaContext {
  const endsAt = performance.now() + remainingMs
  return { awsRequestId, getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()) }
}
