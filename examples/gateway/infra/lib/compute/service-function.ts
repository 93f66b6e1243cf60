import type { Duration } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EnvironmentProfile } from '../environment-profile.ts'
import { acknowledgeWildcards } from '../security/acknowledge-wildcards.ts'
import { type FunctionName, functionCode } from './function-code.ts'

export interface ServiceFunctionProps {
  readonly functionName: string
  readonly code: FunctionName
  readonly description: string
  readonly profile: EnvironmentProfile
  readonly memorySize: number
  readonly timeout: Duration
  readonly environment: Readonly<Record<string, string>>
}

/** A function of the gateway with its role and its log, traced by X-Ray. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: Role
  readonly logGroup: LogGroup

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id)
    const { functionName, code, description, profile, memorySize, timeout, environment } = props
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: profile.logRetention,
      removalPolicy: profile.removalPolicy,
    })
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
    })
    // In place of AWSLambdaBasicExecutionRole, which may write every log of the account.
    this.allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn])
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description,
      code: functionCode(code),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize,
      timeout,
      tracing: Tracing.ACTIVE,
      role: this.role,
      logGroup: this.logGroup,
      environment: { ...environment },
    })
    acknowledgeWildcards(
      this.role,
      ['*'],
      'X-Ray takes traces of an account, and Bedrock lists its models: these actions have no resource to name.',
    )
  }

  /** Lets the function do this. */
  allow(
    sid: string,
    actions: readonly string[],
    resources: readonly string[],
    conditions?: Record<string, object>,
  ): void {
    this.role.addToPolicy(
      new PolicyStatement({
        sid,
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    )
  }
}
