import { bedrockBatches } from '@modelgate/bedrock/batch'
import type { BatchesOptions } from '@modelgate/core'
import type { Config } from '../config/config-schema.ts'
import { disabledTypes } from '../config/disabled-providers.ts'
import type { Upstream } from './upstream.ts'

/** Files and batches as the configuration has them, in the simulator where calls go there; `undefined` where it has none. */
export function buildBatches(config: Config, { simulator }: Pick<Upstream, 'simulator'>): BatchesOptions | undefined {
  const { batches, region, providers } = config
  // With their provider switched off, they are.
  if (!batches || disabledTypes(config).includes('bedrock')) return undefined
  const { providers: kept, ...bounds } = batches
  return {
    ...bounds,
    providers: Object.entries(kept).map(([id, own]) => {
      const provider = providers?.[id]
      const known = provider?.type === 'bedrock' ? provider : undefined
      return bedrockBatches({
        ...own,
        provider: id,
        ...(simulator
          ? { endpoint: simulator.url, credentials: simulator.credential, region: 'us-east-1' }
          : { endpoint: known?.endpoint, region: known?.region ?? region, assumeRole: known?.assumeRole }),
      })
    }),
  }
}
