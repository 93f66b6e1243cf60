import { nodeTransport } from '@modelgate/core/node'
import { testCall } from '@modelgate/core/testing'
import { startSimulator } from '@modelgate/simulator'
import { expect, it } from 'vitest'
import { configSchema } from '../src/config/config-schema.ts'
import { buildProvider } from '../src/upstream/build-provider.ts'

it('makes embeddings as the configuration says', async () => {
  const simulator = await startSimulator()
  const transport = nodeTransport()
  const { url: endpoint, bearerToken: apiKey } = simulator
  const { providers } = configSchema.parse({
    providers: { aws: { type: 'bedrock', endpoint, apiKey, embeddings: { inputType: 'search_query' } } },
    keys: [{ key: 'sk-1' }],
  })
  const config = providers?.aws
  if (!config) throw new Error('the configuration lost its provider')
  const provider = buildProvider('aws', config, { config: {}, transport })
  await provider.handlers.embeddings?.(testCall('embeddings', { model: 'cohere.embed-english-v3', input: 'a' }))
  expect(simulator.requests().map(({ json }) => json)).toMatchObject([{ input_type: 'search_query' }])
  await transport.close()
  await simulator.close()
})
