import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { BatchStorage } from './batch-storage.ts'
import type { Packaging } from './function-code.ts'
import { GatewayFunction } from './gateway-function.ts'
import { StreamingDistribution } from './streaming-distribution.ts'

/** What a stack may be told. */
export interface LambdaGatewayStackProps extends StackProps {
  readonly packaging: Packaging
  /** Whether bare model ids are called by their region's inference profile. */
  readonly crossRegion: boolean
  /** Clients' name for the gateway; needs `certificateArn`. */
  readonly domainName?: string | undefined
  readonly certificateArn?: string | undefined
  /** Whether it serves `/v1/files` and `/v1/batches`, over a bucket and batch jobs of Bedrock's. */
  readonly batch?: boolean | undefined
  /** The function's permissions on Bedrock. Default: {@link bedrockActions}. */
  readonly awsRoles?: readonly string[] | undefined
}

/** The gateway as one function: CloudFront, the function's URL that streams, and Bedrock behind it. */
export class LambdaGatewayStack extends Stack {
  constructor(scope: Construct, id: string, props: LambdaGatewayStackProps) {
    super(scope, id, props)
    const { packaging, crossRegion, domainName, certificateArn, batch, awsRoles } = props
    const batchStorage = batch ? new BatchStorage(this, 'Batch') : undefined
    const gateway = new GatewayFunction(this, 'Gateway', { packaging, crossRegion, awsRoles, batch: batchStorage })
    const url = gateway.function.addFunctionUrl({
      // OpenAI's clients sign nothing: the gateway asks for its own key before it reads a body.
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.RESPONSE_STREAM,
    })
    const front = new StreamingDistribution(this, 'Front', { url, domainName, certificateArn })

    new CfnOutput(this, 'BaseUrl', { value: `https://${front.domainName}/v1`, description: 'For OpenAI clients' })
    new CfnOutput(this, 'FunctionUrl', { value: url.url, description: 'The same, without CloudFront' })
    new CfnOutput(this, 'CloudFrontName', { value: front.cloudFrontName, description: 'What DNS points the domain at' })
    new CfnOutput(this, 'ApiKeySecretArn', { value: gateway.apiKey.secretArn, description: 'Where the API key is' })
    if (!batchStorage) return
    const { bucketName } = batchStorage.bucket
    new CfnOutput(this, 'BatchBucket', { value: bucketName, description: 'Where the files of batches are' })
  }
}
