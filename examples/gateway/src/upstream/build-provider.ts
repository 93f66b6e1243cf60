import { bedrock } from '@modelgate/bedrock'
import type { Provider, Transport } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import type { ProviderConfig } from '../config/config-schema.ts'
import { secretOf } from '../config/secret-of.ts'
import type { Environment, Settings } from '../environment.ts'

/** What the environment says of every Bedrock provider. */
export type BedrockOverrides = Partial<
  Pick<Settings, 'promptCaching' | 'crossRegionInference' | 'applicationInferenceProfiles'>
>

/** What a provider needs besides its configuration. */
export interface Surroundings {
  readonly environment: Environment
  readonly transport: Transport
  /** Override what a Bedrock provider's configuration says. */
  readonly overrides?: BedrockOverrides | undefined
}

/** The provider that a configuration describes. What else it leaves out, the provider takes from the process's environment. */
export function buildProvider(id: string, config: ProviderConfig, surroundings: Surroundings): Provider {
  const { environment, transport, overrides } = surroundings
  const key = config.apiKey === undefined ? undefined : secretOf(config.apiKey, environment).reveal()
  switch (config.type) {
    case 'bedrock':
      return bedrock({
        id,
        region: config.region,
        endpoint: config.endpoint,
        bearerToken: key,
        assumeRole: config.assumeRole,
        transport,
        promptCaching: overrides?.promptCaching ?? config.promptCaching,
        crossRegionInference: overrides?.crossRegionInference ?? config.crossRegionInference,
        applicationInferenceProfiles: overrides?.applicationInferenceProfiles ?? config.applicationInferenceProfiles,
        embeddings: config.embeddings,
      })
    case 'openai':
      return openai({ id, baseURL: config.baseURL, apiKey: key ?? environment.OPENAI_API_KEY, transport })
    case 'openai-compatible':
      return openaiCompatible({ id, baseURL: config.baseURL, apiKey: key, transport })
  }
}
