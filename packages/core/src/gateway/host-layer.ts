import { forChat } from '../compose.ts'
import type { ChatMiddleware, FrameBatch, Middleware } from '../contract.ts'
import { isChat } from '../is-chat.ts'
import { closeSource } from '../stream/close-source.ts'
import { layeredStream } from '../stream/layered-stream.ts'
import type { StreamedChat } from '../stream/stream-result.ts'

/** A layer of the host's: what it fails of leaves no stream open beneath it, and is how its call ends. */
export function hostLayer(layer: Middleware): Middleware {
  const chatLayer = forChat(streamLayer(layer))
  return (call, next) => (isChat(call) ? chatLayer : layer)(call, next)
}

function streamLayer(layer: ChatMiddleware): ChatMiddleware {
  return async (call, next) => {
    const beneath: StreamedChat[] = []
    const noted: typeof next = async passed => {
      const result = await next(passed)
      if (result.kind === 'stream') beneath.push(result)
      return result
    }
    try {
      const result = await layer(call, noted)
      if (result.kind !== 'stream') return result
      const { batches, settled } = result
      const isOwn = beneath.some(stream => stream.settled === settled && stream.batches !== batches)
      return isOwn ? layeredStream(result, call.signal) : result
    } catch (error) {
      for (const { batches } of beneath) void closeSource(iteratorOf(batches))
      throw error
    }
  }
}

function iteratorOf(batches: AsyncIterable<FrameBatch>): AsyncIterator<FrameBatch, undefined, undefined> {
  return batches[Symbol.asyncIterator]() as AsyncIterator<FrameBatch, undefined, undefined>
}
