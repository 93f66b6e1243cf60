import { type BedrockOptions, bedrock } from '@modelgate/bedrock'
import type { Provider, Transport } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import type { Config } from '../config/config-schema.ts'
import type { ProviderConfig } from '../config/provider-schema.ts'
import { secretOf } from '../config/secret-of.ts'

/** What a provider needs besides its configuration. */
export interface Surroundings {
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
        ...profileAccess(config.features),
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

/** By which inference profiles Bedrock's models are reached. */
export function profileAccess(features: Config['features']): Pick<BedrockOptions, 'crossRegionInference' | 'applicationInferenceProfiles'> {
  return {
    crossRegionInference: features?.crossRegionInference,
    applicationInferenceProfiles: features?.applicationInferenceProfiles,
  }
}
