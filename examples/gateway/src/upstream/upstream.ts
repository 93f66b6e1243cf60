import { bedrock } from '@modelgate/bedrock'
import type { Provider, Transport } from '@modelgate/core'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import type { Config } from '../config/config-schema.ts'
import { disabledTypes } from '../config/disabled-providers.ts'
import { configuredEach } from '../configuration-error.ts'
import { buildProvider, profileOptions } from './build-provider.ts'
import type { FoundCredentials } from './found-credentials.ts'

/** What stands behind the gateway. */
export interface Upstream {
  readonly providers: readonly Provider[]
  /** All of them send over it; whoever closes the gateway closes it, too. */
  readonly transport: Transport
  /** Absent where calls go to the real ones. */
  readonly simulator?: Simulator
}

/**
 * Providers from the configuration, or where it has none, one for each of the credentials found.
 * @throws {ConfigurationError} with what any of them finds wrong.
 */
export function liveUpstream(config: Config, found: readonly FoundCredentials[]): Upstream {
  const transport = undici({ connectMs: longestConnectMs(config) })
  const configured = Object.entries(config.providers ?? {})
  const wanted = configured.length > 0 ? configured : found.map(({ id }) => [id, { type: id }] as const)
  return {
    transport,
    providers: configuredEach(
      wanted.map(([id, provider]) => [`providers.${id}`, () => buildProvider(id, provider, { config, transport })]),
    ),
  }
}

/** A transport's own time is the most that a route can have. */
function longestConnectMs({ timeouts, routes = {} }: Config): number {
  const ofRoutes = Object.values(routes).map(route => ('timeouts' in route ? route.timeouts?.connectMs : undefined))
  return Math.max(timeouts?.connectMs ?? 5_000, ...ofRoutes.map(connectMs => connectMs ?? 0))
}

/** Both providers, pointed at a simulator in this process. No credentials and addresses are taken from the environment. */
export async function simulatedUpstream(config: Config): Promise<Upstream & { readonly simulator: Simulator }> {
  const simulator = await startSimulator()
  const { url: endpoint, openaiBaseUrl: baseURL, openaiKey: apiKey } = simulator
  const credentials = simulator.credential
  const transport = undici()
  const off = disabledTypes(config)
  const promptCaching = config.features?.promptCaching
  const providers = [
    bedrock({
      endpoint,
      region: 'us-east-1',
      credentials,
      transport,
      promptCaching,
      ...profileOptions(config.features),
    }),
    openai({ baseURL, apiKey, transport }),
  ]
  return {
    simulator,
    transport,
    providers: providers.filter(({ id }) => !off.includes(id)),
  }
}
