import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { bedrock } from '@modelgate/bedrock'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/* The handler of examples/lambda over the AWS SDK's own client; by HTTP/1.1, as the upstream of the bench speaks no other. */

const {
  AWS_REGION: region = 'us-east-1',
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint = '',
  DEFAULT_MODEL: defaultModel = 'anthropic.claude-3-sonnet-20240229-v1:0',
  MODELGATE_API_KEY: key,
} = process.env

const client = new BedrockRuntimeClient({ region, endpoint, requestHandler: new NodeHttpHandler() })
const gateway = createGateway({
  providers: [bedrock({ client, crossRegionInference: true })],
  auth: apiKeys(memoryKeyStore([{ key }])),
  defaultModel,
})

export const handler = toLambdaStreamHandler(gateway)
