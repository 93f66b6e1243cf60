/** What a handler uses of the context object of an invocation. */
export interface LambdaContext {
  readonly awsRequestId: string
  getRemainingTimeInMillis(): number
}

/** What a handler uses of the stream Lambda's Node runtime answers through. The real one has these methods and few others. */
export interface LambdaResponseStream {
  write(chunk: Uint8Array | string): boolean
  end(): unknown
  on(event: 'drain' | 'close', listener: () => void): unknown
  off(event: 'drain' | 'close', listener: () => void): unknown
  setContentType(contentType: string): void
}

/** The JSON that goes before a streamed body and carries its status and headers. */
export interface HttpPrelude {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
}

/** A handler that answers through a stream, as Lambda's runtime calls it. */
export type StreamedHandler = (
  event: unknown,
  responseStream: LambdaResponseStream,
  context: LambdaContext,
) => Promise<void>

/**
 * The global `awslambda` of Lambda's managed Node runtimes.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export interface LambdaRuntime {
  /** Marks a handler as a streaming one; the runtime then gives it the response stream. */
  streamifyResponse(handler: StreamedHandler): StreamedHandler
  readonly HttpResponseStream: {
    /** Makes the stream's first `write` send the prelude and eight NUL bytes ahead of itself. `end` alone sends neither. */
    from(stream: LambdaResponseStream, prelude: HttpPrelude): LambdaResponseStream
  }
}

/** The runtime's global, or nothing where there is none: outside Lambda, on custom runtimes, or where it is switched off. */
export function lambdaRuntime(): LambdaRuntime | undefined {
  const runtime = Reflect.get(globalThis, 'awslambda') as Partial<LambdaRuntime> | undefined
  // The AWS SDK, once loaded, puts an object of that name there wherever it runs, with nothing of the runtime's in it.
  return typeof runtime?.streamifyResponse === 'function' ? (runtime as LambdaRuntime) : undefined
}
