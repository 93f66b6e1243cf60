import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import type { BedrockRuntime } from './bedrock-runtime.ts'

/** A client's region once it is known. It is asked for at the first question: a client may have to look for its own. */
export function clientRegion({ config }: BedrockRuntimeClient): () => string | undefined {
  let region: string | undefined
  let isAsked = false
  async function find(): Promise<void> {
    try {
      region = await config.region()
    } catch {
      // What is wrong with its configuration is told by the call itself.
      isAsked = false
    }
  }
  return () => {
    if (!isAsked) {
      isAsked = true
      void find()
    }
    return region
  }
}

/** The same runtime; each call asks for the region, so that it is known when the call has a price. */
export function asking(region: () => string | undefined, runtime: BedrockRuntime): BedrockRuntime {
  const asked = (): BedrockRuntime => {
    region()
    return runtime
  }
  return {
    converse: request => asked().converse(request),
    converseStream: request => asked().converseStream(request),
    invoke: request => asked().invoke(request),
    invokeStream: request => asked().invokeStream(request),
  }
}
