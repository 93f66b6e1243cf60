import type { Call, ChatMiddleware, Handler, Middleware, Operation, Result } from './contract.ts'
import { isChat } from './is-chat.ts'

/** A handler of every operation. */
export type AnyHandler = <O extends Operation>(call: Call<O>) => Promise<Result<O>>

/** Wraps a handler in layers, the first one outermost. Composed once, at creation: a call costs one closure a layer. */
export function compose(layers: readonly Middleware[], handler: AnyHandler): AnyHandler {
  return layers.reduceRight<AnyHandler>((next, layer) => call => layer(call, next), handler)
}

/** Makes a layer for chats fit the onion: every other operation passes it by. */
export function forChat(middleware: ChatMiddleware): Middleware {
  const layer = (call: Call, next: (call: Call) => Promise<Result<Operation>>): Promise<Result<Operation>> =>
    isChat(call) ? middleware(call, next as Handler<'chat'>) : next(call)
  return layer as Middleware
}
