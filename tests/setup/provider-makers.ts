import type { Provider, Transport } from '@modelgate/core'
import type { ProviderRig } from '@modelgate/core/testing'
import type { Simulator } from '@modelgate/simulator'
import { type RigUpstream, simulatedUpstream } from './simulated-upstream.ts'

/** A provider in one of the ways to make it. */
export interface Maker {
  readonly upstream: RigUpstream
  readonly provider: (simulator: Simulator, transport: Transport | undefined) => Provider
  /** Default: the provider's own, which closes with it. */
  readonly transport?: () => Transport
  /** The cases that cannot be kept this way, with the reason. */
  readonly exceptions?: Readonly<Record<string, string>>
}

export async function makeRig(maker: Maker): Promise<ProviderRig> {
  const { models, dialect } = maker.upstream
  const upstream = await simulatedUpstream(dialect)
  const transport = maker.transport?.()
  const provider = maker.provider(upstream.simulator, transport)
  const close = async (): Promise<void> => {
    await provider.close?.()
    // A transport that is given is left to whoever gave it.
    await transport?.close()
  }
  return {
    ...models,
    provider: { ...provider, close },
    upstream,
    async [Symbol.asyncDispose]() {
      await close()
      await upstream[Symbol.asyncDispose]()
    },
  }
}
