import { bedrock } from '@modelgate/bedrock'
import { fetchTransport } from '@modelgate/core'
import { providerCases } from '@modelgate/core/testing'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import OpenAI from 'openai'
import { describe, it } from 'vitest'
import { aClient, type Protocol } from '../packages/bedrock/test/a-client.ts'
import { type Maker, makeRig } from './setup/provider-makers.ts'
import { bedrockUpstream, openaiUpstream } from './setup/simulated-upstream.ts'

const overOpenAI: Maker = {
  upstream: openaiUpstream,
  provider: ({ openaiBaseUrl, openaiKey }, transport) =>
    openai({ baseURL: openaiBaseUrl, apiKey: openaiKey, transport }),
}
const overBedrock: Maker = {
  upstream: bedrockUpstream,
  provider: ({ url, credential }, transport) =>
    bedrock({ region: 'us-east-1', endpoint: url, credentials: credential, transport }),
}
/** Whatever sends with the platform's `fetch`. */
const overFetch = {
  transport: fetchTransport,
  exceptions: {
    'close() closes the connections that were kept, and may be called again':
      'the connections of fetch are the platform’s, which keeps them for a while and lets nobody close them',
  },
}

const overClient = (protocol: Protocol): Maker => ({
  upstream: bedrockUpstream,
  provider: simulator => bedrock({ client: aClient(simulator, protocol), endpoint: simulator.url }),
  exceptions: {
    'close() closes the connections that were kept, and may be called again': 'the client is its owner’s to destroy',
  },
})

const textOnly = 'over InvokeModel a model is sent text only'
const overInvokeModel: Maker = {
  upstream: { ...bedrockUpstream, models: { ...bedrockUpstream.models, chatModel: 'amazon.titan-tg1-large' } },
  provider: overBedrock.provider,
  exceptions: { 'a tool is called with arguments that parse, in a completion and in a stream': textOnly },
}

/** Every provider of ours in every way to make it. */
const makers: Readonly<Record<string, Maker>> = {
  'openai() over nodeTransport()': overOpenAI,
  'openai() over fetchTransport()': { ...overOpenAI, ...overFetch },
  'openai({ client })': {
    upstream: openaiUpstream,
    provider: ({ openaiBaseUrl, openaiKey }) =>
      openai({ client: new OpenAI({ baseURL: openaiBaseUrl, apiKey: openaiKey, logLevel: 'off' }) }),
    exceptions: overFetch.exceptions,
  },
  'openai() over undici()': { ...overOpenAI, transport: undici },
  'bedrock() over nodeTransport()': overBedrock,
  'bedrock() over undici()': { ...overBedrock, transport: undici },
  'bedrock() over fetchTransport()': { ...overBedrock, ...overFetch },
  'bedrock() over InvokeModel': overInvokeModel,
  'bedrock({ client }) over InvokeModel': {
    ...overInvokeModel,
    provider: overClient('http1').provider,
    exceptions: { ...overInvokeModel.exceptions, ...overClient('http1').exceptions },
  },
  'bedrock() over its OpenAI-compatible endpoint': {
    upstream: {
      dialect: openaiUpstream.dialect,
      models: { ...bedrockUpstream.models, chatModel: 'openai.gpt-oss-120b-1:0' },
    },
    provider: ({ url, credential }, transport) => {
      const lanes = { 'openai.gpt-oss': 'openai' } as const
      return bedrock({ region: 'us-east-1', endpoint: url, credentials: credential, transport, lanes })
    },
  },
  'bedrock({ client }) over HTTP/1.1': overClient('http1'),
  'bedrock({ client }) over HTTP/2': overClient('http2'),
}

describe.each(Object.entries(makers))('%s', (_name, maker) => {
  for (const { name, exception, run } of providerCases(() => makeRig(maker), maker.exceptions)) {
    it.skipIf(exception !== undefined)(name, run)
  }
})
