import { bedrockBatches } from '@modelgate/bedrock/batch'
import type { BatchesOptions, BatchProvider } from '@modelgate/core'
import { openaiBatches } from '@modelgate/openai/batch'
import type { Config } from '../config/config-schema.ts'
import { disabledTypes } from '../config/disabled-providers.ts'
import { secretOf } from '../config/secret-of.ts'
import { configuredEach } from '../configuration-error.ts'
import type { Upstream } from './upstream.ts'

type Kept = NonNullable<Config['batches']>['providers'][string]
type KeptBy<Type extends Kept['type']> = Extract<Kept, { readonly type: Type }>
type Simulated = Upstream['simulator']

/** Files and batches as the configuration has them, in the simulator where calls go there; `undefined` where it has none. */
export function buildBatches(config: Config, { simulator }: Pick<Upstream, 'simulator'>): BatchesOptions | undefined {
  if (!config.batches) return undefined
  const { providers: kept, ...bounds } = config.batches
  // With their provider switched off, they are.
  const on = Object.entries(kept).filter(([, { type }]) => !disabledTypes(config).includes(type))
  if (on.length === 0) return undefined
  const place = { config, simulator }
  const providers = configuredEach(
    on.map(([id, own]) => [
      `batches.providers.${id}`,
      () => (own.type === 'bedrock' ? ofBedrock(id, own, place) : ofOpenai(id, place)),
    ]),
  )
  return { ...bounds, providers }
}

interface Place {
  readonly config: Config
  readonly simulator: Simulated
}

function ofBedrock(
  provider: string,
  { type: _type, ...own }: KeptBy<'bedrock'>,
  { config, simulator }: Place,
): BatchProvider {
  if (simulator) {
    const { url: endpoint, credential: credentials } = simulator
    return bedrockBatches({ ...own, provider, endpoint, credentials, region: 'us-east-1' })
  }
  const known = config.providers?.[provider]
  const { endpoint, assumeRole, region } = known?.type === 'bedrock' ? known : {}
  return bedrockBatches({ ...own, provider, endpoint, assumeRole, region: region ?? config.region })
}

function ofOpenai(provider: string, { config, simulator }: Place): BatchProvider {
  if (simulator) return openaiBatches({ provider, baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })
  const known = config.providers?.[provider]
  const { baseURL, apiKey = config.openaiApiKey } = known?.type === 'openai' ? known : {}
  return openaiBatches({ provider, baseURL, apiKey: apiKey && secretOf(apiKey).reveal() })
}
