import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { secretsKeyStore } from '@modelgate/aws/secrets'
import { bedrock } from '@modelgate/bedrock'
import { bedrockBatches } from '@modelgate/bedrock/batch'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { readSettings } from './settings.ts'

const settings = readSettings(process.env)
const { apiKeySecret, apiKey, defaultModel, defaultEmbeddingModel, crossRegionInference, batch } = settings
const region = process.env.AWS_REGION

const gateway = createGateway({
  providers: [bedrock({ region, crossRegionInference })],
  auth: apiKeys(apiKeySecret ? secretsKeyStore({ secretId: apiKeySecret }) : memoryKeyStore([{ key: apiKey }])),
  defaultModel,
  defaultEmbeddingModel,
  batches: batch && { providers: [bedrockBatches({ region, ...batch })] },
})

export const handler = toLambdaStreamHandler(gateway)
