import { createRequire } from 'node:module'
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime'
import OpenAI from 'openai'
import type { Simulator } from '../src/index.ts'

/** The AWS SDK's HTTP/1.1 handler, which this package does not depend on itself. */
function http1Handler(): NonNullable<BedrockRuntimeClientConfig['requestHandler']> {
  const fromSdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-bedrock-runtime'))
  const { NodeHttpHandler } = fromSdk('@smithy/node-http-handler') as {
    NodeHttpHandler: new () => NonNullable<BedrockRuntimeClientConfig['requestHandler']>
  }
  return new NodeHttpHandler()
}

export type HttpVersion = 'http1' | 'http2'

export function bedrockClient(simulator: Simulator, version: HttpVersion = 'http1'): BedrockRuntimeClient {
  const { accessKeyId, secretAccessKey } = simulator.credentials[0]!
  const settings = {
    region: 'eu-central-1',
    endpoint: simulator.url,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  }
  return new BedrockRuntimeClient(version === 'http1' ? { ...settings, requestHandler: http1Handler() } : settings)
}

export function openaiClient(simulator: Simulator, apiKey = simulator.openaiKey): OpenAI {
  return new OpenAI({ baseURL: simulator.openaiBaseUrl, apiKey, maxRetries: 0 })
}

export const SONNET_45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

export const userText = (text: string) => ({ role: 'user' as const, content: [{ text }] })

export const weatherTool = {
  toolSpec: {
    name: 'get_weather',
    description: 'Weather of a city',
    inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
}
