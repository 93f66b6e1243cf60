import { authorizedCaller, toAuthorizerHandler, toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'

const auth = apiKeys(memoryKeyStore([{ key: process.env.MODELGATE_API_KEY, apiKeyId: 'key-7', tier: 'premium' }]))
const gateway = createGateway({
  providers: [bedrock({ region: process.env.AWS_REGION })],
  auth,
  defaultModel: 'anthropic.claude-3-sonnet-20240229-v1:0',
})

/** Both functions of an API that does not stream: what answers, and what lets callers in. */
export const handler = toLambdaHandler(gateway, { principal: authorizedCaller({ apiId: 'a1b2c3d4e5', auth }) })
export const authorizer = toAuthorizerHandler(auth)

/** Streams half of an answer, whose rest is lost. */
export const broken = toLambdaStreamHandler({
  door: {
    serves: () => true,
    async handle(_request, sink) {
      sink.head(200, { 'content-type': 'application/octet-stream' })
      sink.write(Buffer.from('half'))
      sink.cut?.(new Error('The rest is lost.'))
    },
  },
})
