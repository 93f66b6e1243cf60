import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { type CfnRole, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, CfnPermission, Handler, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Images } from './images.ts'
import type { Parameters } from './parameters.ts'
import { allowProxy } from './proxy-policy.ts'

export interface FunctionTargetProps {
  readonly images: Images
  readonly parameters: Parameters
}

/** The function that answers whole, and the target group that calls it. */
export class FunctionTarget extends Construct {
  readonly targetGroup: ApplicationTargetGroup

  constructor(scope: Construct, id: string, { images, parameters }: FunctionTargetProps) {
    super(scope, id)
    const handler = new LambdaFunction(this, 'ProxyApiHandler', {
      code: images.functionCode(this),
      handler: Handler.FROM_IMAGE,
      runtime: Runtime.FROM_IMAGE,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(600),
      role: serviceRole(this, parameters.apiKeySecretArn),
      logGroup: new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY }),
      environment: parameters.environment,
    })
    const invoke = new CfnPermission(this, 'Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: handler.functionArn,
      principal: 'elasticloadbalancing.amazonaws.com',
      // Not by the target group's ARN, which is made only once the permission is there.
      sourceAccount: Stack.of(this).account,
    })
    invoke.overrideLogicalId('ProxyApiHandlerInvoke')
    this.targetGroup = new ApplicationTargetGroup(this, 'TargetGroup', {
      targetType: TargetType.LAMBDA,
      targets: [
        {
          attachToApplicationTargetGroup: () => ({
            targetType: TargetType.LAMBDA,
            targetJson: { id: handler.functionArn },
          }),
        },
      ],
      multiValueHeadersEnabled: true,
      // Each would be an invocation that is paid for, to learn that Lambda runs.
      healthCheck: { enabled: false },
    })
    this.targetGroup.node.addDependency(invoke)
  }
}

function serviceRole(scope: Construct, apiKeySecretArn: string): Role {
  const role = new Role(scope, 'ServiceRole', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
  })
  ;(role.node.defaultChild as CfnRole).overrideLogicalId('ProxyApiHandlerServiceRole')
  allowProxy(role, 'ProxyApiHandlerServiceRoleDefaultPolicy', apiKeySecretArn)
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason: 'The architecture names this managed policy; it is for logs alone.',
  })
  return role
}
