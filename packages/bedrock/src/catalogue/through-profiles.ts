import type { Call, Handler, Operation, Result } from '@modelgate/core'
import { unlessAborted } from '@modelgate/core'
import { type ModelResolver, wantsProfile } from './model-resolver.ts'

/**
 * The same handler, whose calls go to the inference profile that a model needs, or that its name means. A call waits a second at most, and
 * once, for what profiles there are; what is not known by then goes out as it is. One that Bedrock refuses for want of a profile, before
 * any model has worked, goes out again with the region's.
 */
export function throughProfiles<O extends Operation>(handler: Handler<O>, resolver: ModelResolver): Handler<O> {
  async function lookedUp(call: Call<O>): Promise<Result<O>> {
    const { request, signal } = call
    const { model } = request
    const waiting = resolver.ready(model)
    if (waiting) await unlessAborted(waiting, signal)
    const named = resolver.calledAs(model)
    if (named !== model) return handler(withModel(call, named))
    try {
      return await handler(call)
    } catch (error) {
      if (!wantsProfile(error)) throw error
      const profiles = resolver.refused(model)
      if (profiles && !waiting) await unlessAborted(profiles, signal)
      const profile = resolver.calledAs(model)
      if (profile === model) throw error
      return handler(withModel(call, profile))
    }
  }
  return call => (resolver.isExact(call.request.model) ? handler(call) : lookedUp(call))
}

function withModel<O extends Operation>(call: Call<O>, model: string): Call<O> {
  return { ...call, request: { ...call.request, model } }
}
