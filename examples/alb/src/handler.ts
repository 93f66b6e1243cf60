import { type BufferedHandler, toLambdaHandler } from '@modelgate/aws/lambda'
import { secretsKeyStore } from '@modelgate/aws/secrets'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway } from '@modelgate/core'
import { readSettings } from './settings.ts'

const { apiKeySecret, defaultModel, defaultEmbeddingModel, ...features } = readSettings(process.env)

const gateway = createGateway({
  providers: [bedrock(features)],
  auth: apiKeys(secretsKeyStore({ secretId: apiKeySecret })),
  defaultModel,
  defaultEmbeddingModel,
})

/**
 * Answers whole, since a load balancer takes one JSON document from a function, of at most 1 MB, and passes nothing on before it has
 * all of it. The container beside this streams.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const handler: BufferedHandler = toLambdaHandler(gateway)
