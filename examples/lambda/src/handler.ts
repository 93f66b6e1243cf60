import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { secretsKeyStore } from '@modelgate/aws/secrets'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { readSettings } from './settings.ts'

const { apiKeySecret, apiKey, defaultModel, defaultEmbeddingModel, crossRegionInference } = readSettings(process.env)

const gateway = createGateway({
  providers: [bedrock({ region: process.env.AWS_REGION, crossRegionInference })],
  auth: apiKeys(apiKeySecret ? secretsKeyStore({ secretId: apiKeySecret }) : memoryKeyStore([{ key: apiKey }])),
  defaultModel,
  defaultEmbeddingModel,
})

export const handler = toLambdaStreamHandler(gateway)
