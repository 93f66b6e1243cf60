import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { BatchStorage } from './batch-storage.ts'
import { allowBedrock, allowBedrockLists, bedrockActions } from './bedrock-access.ts'
import { functionCode, type Packaging } from './function-code.ts'

export interface GatewayFunctionProps {
  readonly packaging: Packaging
  /** Whether bare model ids are called by their region's inference profile. */
  readonly crossRegion: boolean
  /** Permissions on Bedrock. Default: {@link bedrockActions}. */
  readonly awsRoles?: readonly string[] | undefined
  /** Where the function makes batches; without it it has none. */
  readonly batch?: BatchStorage | undefined
}

type RoleProps = Omit<GatewayFunctionProps, 'packaging'>

/** The function, its role, its log, and the secret with the API key that clients send. */
export class GatewayFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: Role
  /** `{ "api_key": "…" }`, made at random; put others in its place, or several as `{ "keys": [ … ] }`. */
  readonly apiKey: Secret

  constructor(scope: Construct, id: string, { packaging, crossRegion, awsRoles, batch }: GatewayFunctionProps) {
    super(scope, id)
    this.apiKey = new Secret(this, 'ApiKey', {
      description: 'API key of the AI gateway',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'api_key',
        passwordLength: 48,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = this.#createRole(logGroup, { crossRegion, awsRoles, batch })
    this.role = role
    this.function = new LambdaFunction(this, 'Function', {
      ...functionCode(packaging),
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(60),
      role,
      logGroup,
      environment: {
        API_KEY_SECRET_ARN: this.apiKey.secretArn,
        DEFAULT_MODEL: 'anthropic.claude-3-sonnet-20240229-v1:0',
        DEFAULT_EMBEDDING_MODEL: 'cohere.embed-multilingual-v3',
        ENABLE_CROSS_REGION_INFERENCE: String(crossRegion),
        ...(batch && { BATCH_BUCKET: batch.bucket.bucketName, BATCH_ROLE_ARN: batch.role.roleArn }),
      },
    })
    Validations.of(this.apiKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Clients hold this key: a rotation that nobody tells them of would lock them out. docs/deploy.md says how it is rotated.',
    })
  }
  #createRole(logGroup: LogGroup, { crossRegion, awsRoles = bedrockActions, batch }: RoleProps): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Calls Bedrock, reads the API key, writes its own log: nothing else',
    })
    allowBedrock(role, awsRoles)
    if (crossRegion) allowBedrockLists(role)
    batch?.grantJobs(role)
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ApiKey',
        effect: Effect.ALLOW,
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.apiKey.secretArn],
      }),
    )
    // In place of AWSLambdaBasicExecutionRole, which may write every log of the account.
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Log',
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    return role
  }
}
