import { createRequire } from 'node:module'
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime'
import { type Simulator, type SimulatorOptions, startSimulator } from '@modelgate/simulator'
import { type BedrockOptions, bedrock } from '../src/index.ts'
import type { Rig } from './a-call.ts'

/** The SDK's own handler for HTTP/1.1, and the one it takes by default. */
export const protocols = ['http1', 'http2'] as const
export type Protocol = (typeof protocols)[number]

type RequestHandler = NonNullable<BedrockRuntimeClientConfig['requestHandler']>

/** A part of the SDK that this package does not depend on by itself. */
function http1Handler(): RequestHandler {
  const fromSdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-bedrock-runtime'))
  const { NodeHttpHandler } = fromSdk('@smithy/node-http-handler') as { NodeHttpHandler: new () => RequestHandler }
  return new NodeHttpHandler()
}

/** A client of the simulator, with the retries that it has by default. */
export function aClient(
  { url: endpoint, credential: credentials }: Pick<Simulator, 'url' | 'credential'>,
  protocol: Protocol,
  more: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  const settings: BedrockRuntimeClientConfig = { region: 'us-east-1', endpoint, credentials }
  const handler = protocol === 'http1' ? { requestHandler: http1Handler() } : {}
  return new BedrockRuntimeClient({ ...settings, ...handler, ...more })
}

export interface ClientRig extends Rig {
  readonly client: BedrockRuntimeClient
}

export interface ClientRigOptions {
  readonly config?: BedrockRuntimeClientConfig
  readonly options?: BedrockOptions<string>
  readonly simulation?: SimulatorOptions
}

/** A provider whose calls a client of the SDK sends to a simulator of its own. */
export async function aClientRig(
  protocol: Protocol,
  { config, options, simulation }: ClientRigOptions = {},
): Promise<ClientRig> {
  const simulator = await startSimulator(simulation)
  const client = aClient(simulator, protocol, config)
  const provider = bedrock({ client, endpoint: simulator.url, ...options })
  const { chat, embeddings } = provider.handlers
  if (!chat || !embeddings) throw new Error('the provider lacks a handler')
  return {
    simulator,
    client,
    provider,
    chat,
    embed: embeddings,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await provider.close?.()
      await simulator.close()
    },
  }
}
