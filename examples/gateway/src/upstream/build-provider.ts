import { bedrock } from '@modelgate/bedrock'
import type { Provider } from '@modelgate/core'
import { openai, openaiCompatible } from '@modelgate/openai'
import type { ProviderConfig } from '../config/config-schema.ts'
import { secretOf } from '../config/secret-of.ts'
import type { Environment } from '../environment.ts'

/** The provider that a configuration describes. What else it leaves out, the provider takes from the process's environment. */
export function buildProvider(id: string, config: ProviderConfig, environment: Environment): Provider {
  const key = config.apiKey === undefined ? undefined : secretOf(config.apiKey, environment).reveal()
  switch (config.type) {
    case 'bedrock':
      return bedrock({ id, region: config.region, endpoint: config.endpoint, bearerToken: key })
    case 'openai':
      return openai({ id, baseURL: config.baseURL, apiKey: key ?? environment.OPENAI_API_KEY })
    case 'openai-compatible':
      return openaiCompatible({ id, baseURL: config.baseURL, apiKey: key })
  }
}
