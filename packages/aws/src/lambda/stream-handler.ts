import { checkMount, type Door, doorOf } from '@modelgate/core'
import { answerInvocation, type LambdaHandlerOptions } from './answer-invocation.ts'
import { type BufferedHandler, toLambdaHandler } from './buffered-handler.ts'
import { lambdaRuntime, type StreamedHandler } from './lambda-runtime.ts'
import { responseStreamSink } from './response-stream-sink.ts'

/** Streams where Lambda's runtime can; without it, the same answers whole. */
export type LambdaStreamHandler = StreamedHandler | BufferedHandler

/** The caller has the whole answer by then, and waits for nothing; the function is billed for it. */
const streamedFlushMs = 1_000

/**
 * A Lambda handler that streams: for a function URL with `InvokeMode: RESPONSE_STREAM`, or an API Gateway REST API with
 * response transfer mode `STREAM`. Reads payload formats 2.0 and 1.0.
 *
 * The runtime's `awslambda` global is looked up here, at the call. Where there is none the handler answers buffered; on Lambda
 * itself that is warned of, for the client then waits for the whole answer.
 *
 * A call is given up 2 s before the function's timeout: with 504, or inside a stream that has begun with an error event and no
 * `[DONE]`. **A client that leaves is not seen**: Lambda tells a function nothing of it and bills to the end, so cap
 * `max_tokens` and keep the function's timeout short. A file that cannot be read to its end is told to Lambda as an error of the function,
 * which breaks the answer off: what has come of it must not look whole.
 * @throws {GatewayError} `invalid_configuration` for what is no gateway, and an option that is none or of the wrong kind.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
export function toLambdaStreamHandler(
  gateway: { readonly door: Door },
  options: LambdaHandlerOptions = {},
): LambdaStreamHandler {
  doorOf(gateway, 'toLambdaStreamHandler()')
  checkMount(options, 'toLambdaStreamHandler()')
  const runtime = lambdaRuntime()
  if (!runtime) {
    if (process.env.AWS_LAMBDA_RUNTIME_API) {
      console.warn(
        'modelgate: this Lambda runtime has no global `awslambda`, so answers are not streamed. Use a managed Node runtime and leave AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA unset.',
      )
    }
    return toLambdaHandler(gateway, options)
  }
  return runtime.streamifyResponse((event, stream, context) =>
    answerInvocation({
      gateway,
      options,
      event,
      context,
      openSink: ({ signal }) => responseStreamSink(runtime, stream, signal),
      isStreamed: true,
      flushMs: streamedFlushMs,
    }),
  )
}
