import { bedrock } from '@modelgate/bedrock'
import type { Provider, Transport } from '@modelgate/core'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import type { Config } from '../config/config-schema.ts'
import { type BedrockOverrides, buildProvider, type Surroundings } from './build-provider.ts'
import type { FoundCredentials } from './found-credentials.ts'

/** What stands behind the gateway. */
export interface Upstream {
  readonly providers: readonly Provider[]
  /** All of them send over it; whoever closes the gateway closes it, too. */
  readonly transport: Transport
  /** Absent where calls go to the real ones. */
  readonly simulator?: Simulator
}

/** Providers from the configuration, or where it has none, one for each of the credentials found. */
export function liveUpstream(
  config: Config,
  found: readonly FoundCredentials[],
  surroundings: Omit<Surroundings, 'transport'>,
): Upstream {
  const transport = undici({ connectMs: longestConnectMs(config) })
  const configured = Object.entries(config.providers ?? {})
  const wanted = configured.length > 0 ? configured : found.map(({ id }) => [id, { type: id }] as const)
  return {
    transport,
    providers: wanted.map(([id, provider]) => buildProvider(id, provider, { ...surroundings, transport })),
  }
}

/** A transport's own time is the most that a route can have. */
function longestConnectMs({ timeouts, routes = {} }: Config): number {
  const ofRoutes = Object.values(routes).map(route => ('timeouts' in route ? route.timeouts?.connectMs : undefined))
  return Math.max(timeouts?.connectMs ?? 5_000, ...ofRoutes.map(connectMs => connectMs ?? 0))
}

/** Both providers, pointed at a simulator in this process. No credentials and addresses are taken from the environment. */
export async function simulatedUpstream({
  promptCaching,
  crossRegionInference,
  applicationInferenceProfiles,
}: BedrockOverrides): Promise<Upstream & { readonly simulator: Simulator }> {
  const simulator = await startSimulator()
  const { url: endpoint, openaiBaseUrl: baseURL, openaiKey: apiKey } = simulator
  const credentials = simulator.credential
  const transport = undici()
  return {
    simulator,
    transport,
    providers: [
      bedrock({
        endpoint,
        region: 'us-east-1',
        credentials,
        transport,
        promptCaching,
        crossRegionInference,
        applicationInferenceProfiles,
      }),
      openai({ baseURL, apiKey, transport }),
    ],
  }
}
