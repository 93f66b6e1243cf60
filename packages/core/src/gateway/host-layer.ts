import { forChat } from '../compose.ts'
import type { ChatMiddleware, FrameBatch, Middleware } from '../contract.ts'
import { isChat } from '../is-chat.ts'
import { isPromise } from '../is-promise.ts'
import { closeSource } from '../stream/close-source.ts'
import { layeredStream } from '../stream/layered-stream.ts'
import type { StreamedChat } from '../stream/stream-result.ts'

/** The layers of `use`, each held to its part: what it fails of leaves no stream open beneath it, and is how its call ends. */
export function hostLayers(use: readonly Middleware[] = []): readonly Middleware[] {
  return use.map((layer, index) => hostLayer(layer, `use[${index}]`))
}

function hostLayer(layer: Middleware, place: string): Middleware {
  const giving = givingLayer(layer, place)
  const chatLayer = forChat(streamLayer(giving, place))
  return (call, next) => (isChat(call) ? chatLayer : giving)(call, next)
}

/**
 * One that forgets to return what `next` gave would break the layers above where nobody catches it: the process would end, and its
 * caller wait for ever.
 */
function givingLayer(layer: Middleware, place: string): Middleware {
  return async (call, next) => {
    const result = await layer(call, next)
    if (isResult(result)) return result
    throw new TypeError(
      `${place}: the layer gave no result of a call; return what \`next(call)\` gives, or one with \`kind\` and \`settled\`.`,
    )
  }
}

/** The types say the same, to whoever is checked by them. */
function isResult(value: unknown): boolean {
  return typeof value === 'object' && value !== null && isPromise((value as { readonly settled?: unknown }).settled)
}

function streamLayer(layer: ChatMiddleware, place: string): ChatMiddleware {
  return async (call, next) => {
    const beneath: StreamedChat[] = []
    const noted: typeof next = async (passed?: typeof call) => {
      if (!passed) throw new TypeError(`${place}: next() was called without a call; pass one on, as in \`next(call)\`.`)
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
