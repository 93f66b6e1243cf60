import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'

const {
  AWS_REGION: region,
  DEFAULT_MODEL: defaultModel = 'anthropic.claude-3-sonnet-20240229-v1:0',
  MODELGATE_API_KEY: key,
} = process.env
if (!key) throw new Error('Set MODELGATE_API_KEY: the key that clients send as `Authorization: Bearer <key>`.')

const gateway = createGateway({
  providers: [bedrock({ region })],
  auth: apiKeys(memoryKeyStore([{ key }])),
  defaultModel,
})

export const handler = toLambdaStreamHandler(gateway)
