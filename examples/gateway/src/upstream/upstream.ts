import { bedrock } from '@modelgate/bedrock'
import type { Provider } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../environment.ts'
import { buildProvider } from './build-provider.ts'
import type { FoundCredentials } from './found-credentials.ts'

/** What stands behind the gateway. */
export interface Upstream {
  readonly providers: readonly Provider[]
  /** Absent where calls go to the real ones. */
  readonly simulator?: Simulator
}

/** Providers from the configuration, or where it has none, one for each of the credentials found. */
export function liveUpstream(
  { providers = {} }: Config,
  found: readonly FoundCredentials[],
  environment: Environment,
): Upstream {
  const configured = Object.entries(providers)
  if (configured.length === 0) return { providers: found.map(({ id }) => buildProvider(id, { type: id }, environment)) }
  return { providers: configured.map(([id, provider]) => buildProvider(id, provider, environment)) }
}

/** Both providers, pointed at a simulator in this process. Nothing is taken from the environment. */
export async function simulatedUpstream(): Promise<Upstream & { readonly simulator: Simulator }> {
  const simulator = await startSimulator()
  const { url: endpoint, openaiBaseUrl: baseURL, openaiKey: apiKey } = simulator
  const credentials = simulator.credential
  return {
    simulator,
    providers: [bedrock({ endpoint, region: 'us-east-1', credentials }), openai({ baseURL, apiKey })],
  }
}
