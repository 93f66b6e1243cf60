import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { secretsKeyStore } from '@modelgate/aws/secrets'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { readSettings, type Settings } from './settings.ts'

const settings = readSettings(process.env)
const { apiKeySecret, apiKey, defaultModel, defaultEmbeddingModel, crossRegionInference, batch } = settings
const region = process.env.AWS_REGION

const gateway = createGateway({
  providers: [bedrock({ region, crossRegionInference })],
  auth: apiKeys(apiKeySecret ? secretsKeyStore({ secretId: apiKeySecret }) : memoryKeyStore([{ key: apiKey }])),
  defaultModel,
  defaultEmbeddingModel,
  batches: batch && { providers: [await bedrockBatchesOf(batch)] },
})

export const handler = toLambdaStreamHandler(gateway)

/** Loaded only where there are batches. */
async function bedrockBatchesOf(batch: NonNullable<Settings['batch']>) {
  const { bedrockBatches } = await import('@modelgate/bedrock/batch')
  return bedrockBatches({ region, ...batch })
}
