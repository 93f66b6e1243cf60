import { cacheWishOfMode } from './cache/cache-wish.ts'
import { createChatStream } from './chat-stream.ts'
import { checkCallOptions } from './check-call-options.ts'
import type { AnyHandler } from './compose.ts'
import type { Operation, Result } from './contract.ts'
import { createCall } from './create-call.ts'
import type { CallOptions, Gateway } from './gateway.ts'
import { wholeAnswer } from './whole-answer.ts'
import type { EmbeddingsResponse } from './wire/embeddings.ts'

/** The gateway for code in the same process: the same onion as behind the door, without HTTP and without keys. */
export function inProcess(handle: AnyHandler): Pick<Gateway, 'chat' | 'stream' | 'embed'> {
  async function run<O extends Operation>(operation: O, request: object, options: CallOptions): Promise<Result<O>> {
    const { signal, principal, tags, onReport } = options
    return handle(
      createCall<O>({
        operation,
        request,
        signal,
        principal,
        tags,
        origin: 'process',
        cacheWish: options.cache === undefined ? undefined : cacheWishOfMode(options.cache),
        deadlineMs: options.deadlineMs,
        idempotencyKey: options.idempotencyKey,
        wantsContext: options.context !== 'off',
        listeners: onReport ? [onReport] : [],
      }),
    )
  }

  return {
    async chat(request, options = {}) {
      checkCallOptions(options, 'gateway.chat()')
      return wholeAnswer(await run('chat', { ...request, stream: false }, options))
    },
    stream(request, options = {}) {
      checkCallOptions(options, 'gateway.stream()')
      return createChatStream((controller, onReport) => {
        const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal
        const told: CallOptions['onReport'] = report => {
          onReport(report)
          // Given back: what an async listener rejects with must be told, not end the process.
          return options.onReport?.(report)
        }
        return run('chat', { ...request, stream: true }, { ...options, signal, onReport: told })
      })
    },
    async embed(request, options = {}) {
      checkCallOptions(options, 'gateway.embed()')
      const { embeddings } = await run('embeddings', { ...request, encoding_format: 'float' }, options)
      return embeddings.value as EmbeddingsResponse
    },
  }
}
