import { type BedrockOptions, bedrock } from '@modelgate/bedrock'
import type { Provider, Transport } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import type { Config } from '../config/config-schema.ts'
import type { ProviderConfig } from '../config/provider-schema.ts'
import { secretOf } from '../config/secret-of.ts'

type ProfileOptions = Pick<BedrockOptions, 'crossRegionInference' | 'applicationInferenceProfiles'>

/** What a provider needs besides its configuration. */
interface Surroundings {
  /** Says what a provider's own configuration leaves out. */
  readonly config: Pick<Config, 'region' | 'features' | 'openaiApiKey'>
  readonly transport: Transport
}

/** The provider that a configuration describes. What else both leave out, the provider takes from the process's environment. */
export function buildProvider(id: string, own: ProviderConfig, { config, transport }: Surroundings): Provider {
  const key = own.apiKey && secretOf(own.apiKey).reveal()
  switch (own.type) {
    case 'bedrock':
      return bedrock({
        id,
        region: own.region ?? config.region,
        endpoint: own.endpoint,
        bearerToken: key,
        assumeRole: own.assumeRole,
        transport,
        promptCaching: config.features?.promptCaching ?? own.promptCaching,
        embeddings: own.embeddings,
        ...profileOptions(config.features, own),
      })
    case 'openai':
      return openai({
        id,
        baseURL: own.baseURL,
        apiKey: key ?? (config.openaiApiKey && secretOf(config.openaiApiKey).reveal()),
        transport,
      })
    case 'openai-compatible':
      return openaiCompatible({ id, baseURL: own.baseURL, apiKey: key, transport })
  }
}

/** The flags of the whole app stand over what a provider says of itself. */
export function profileOptions(features: Config['features'], own: ProfileOptions = {}): ProfileOptions {
  return {
    crossRegionInference: features?.crossRegionInference ?? own.crossRegionInference,
    applicationInferenceProfiles: features?.applicationInferenceProfiles ?? own.applicationInferenceProfiles,
  }
}
