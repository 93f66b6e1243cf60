import { bedrock } from '@modelgate/bedrock'
import type { Call, Provider, Result, Transport } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import type { Simulator } from '@modelgate/simulator'
import type { ProviderConfig } from '../config/provider-schema.ts'

/** Where a simulator is, and what it lets in. */
type SimulatorPlace = Pick<Simulator, 'url' | 'openaiBaseUrl' | 'openaiKey' | 'credential'>

/** Of providers that are asked what they know of their models, and nothing else. */
export const nowhere: SimulatorPlace = {
  url: 'http://127.0.0.1:9',
  openaiBaseUrl: 'http://127.0.0.1:9/v1',
  openaiKey: 'none',
  credential: { accessKeyId: 'none', secretAccessKey: 'none' },
}

/** A provider of the configuration, to be pointed at a simulator of its own. */
interface SimulatedProvider {
  readonly id: string
  readonly config: ProviderConfig
  readonly simulator: SimulatorPlace
  readonly transport: Transport
  /** Models that the simulator does not have, and those that stand in for them. */
  readonly standIns: ReadonlyMap<string, string>
}

/** Same id, type and region, so that routes, prices and capabilities are the file's; the simulator's address and credentials. */
export function simulatedProvider({ standIns, ...parts }: SimulatedProvider): Provider {
  const provider = pointed(parts)
  const named = <T extends { readonly model: string }>(request: T): T => {
    const model = standIns.get(request.model)
    return model === undefined ? request : { ...request, model }
  }
  const { chat, embeddings } = provider.handlers
  return {
    ...provider,
    handlers: {
      ...(chat && {
        chat: (call: Call<'chat'>): Promise<Result<'chat'>> => chat({ ...call, request: named(call.request) }),
      }),
      ...(embeddings && {
        embeddings: (call: Call<'embeddings'>): Promise<Result<'embeddings'>> =>
          embeddings({ ...call, request: named(call.request) }),
      }),
    },
  }
}

function pointed({ id, config, simulator, transport }: Omit<SimulatedProvider, 'standIns'>): Provider {
  const { openaiBaseUrl: baseURL, openaiKey: apiKey } = simulator
  switch (config.type) {
    case 'bedrock':
      return bedrock({
        id,
        region: config.region ?? 'us-east-1',
        endpoint: simulator.url,
        credentials: simulator.credential,
        transport,
        promptCaching: config.promptCaching,
        crossRegionInference: config.crossRegionInference,
        applicationInferenceProfiles: config.applicationInferenceProfiles,
        embeddings: config.embeddings,
      })
    case 'openai':
      return openai({ id, baseURL, apiKey, transport })
    case 'openai-compatible':
      return openaiCompatible({ id, baseURL, apiKey, transport })
  }
}

/** What may stand in for a model that the simulator does not have, by what is asked of it. */
export function standInsFor(type: ProviderConfig['type'], operation: 'chat' | 'embeddings'): readonly string[] {
  if (type === 'bedrock') {
    return operation === 'chat'
      ? ['amazon.nova-lite-v1:0', 'amazon.nova-micro-v1:0', 'amazon.nova-pro-v1:0', 'us.amazon.nova-lite-v1:0']
      : ['amazon.titan-embed-text-v2:0', 'amazon.titan-embed-text-v1']
  }
  return operation === 'chat'
    ? ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1-mini', 'gpt-4.1', 'gpt-4.1-nano', 'gpt-4-turbo', 'gpt-4', 'gpt-3.5-turbo']
    : ['text-embedding-3-small', 'text-embedding-3-large', 'text-embedding-ada-002']
}
