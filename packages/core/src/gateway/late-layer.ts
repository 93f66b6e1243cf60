import type { Call, Middleware } from '../contract.ts'
import type { Flushable } from '../flush.ts'

/** A layer that holds something back until it is flushed. */
export interface KeepingLayer extends Flushable {
  readonly layer: Middleware
}

/**
 * A layer that is loaded with the first call that it is for, which waits for it; to all later ones it is there at once. What most gateways
 * never use is then not read at their start.
 */
export function lateLayer(isFor: (call: Call) => boolean, load: () => Promise<KeepingLayer>): KeepingLayer {
  let loading: Promise<KeepingLayer> | undefined
  let loaded: KeepingLayer | undefined
  const whenLoaded = async (): Promise<KeepingLayer> => {
    loading ??= load()
    try {
      loaded = await loading
      return loaded
    } catch (error) {
      // The next call tries again.
      loading = undefined
      throw error
    }
  }
  return {
    layer(call, next) {
      if (!isFor(call)) return next(call)
      return loaded ? loaded.layer(call, next) : whenLoaded().then(({ layer }) => layer(call, next))
    },
    async flush(options) {
      await loaded?.flush(options)
    },
  }
}
