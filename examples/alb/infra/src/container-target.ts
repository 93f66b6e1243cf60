import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2'
import {
  Capability,
  type CfnService,
  Cluster,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs'
import { ApplicationProtocol, ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { type CfnRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { executionRole } from './execution-role.ts'
import type { Images } from './images.ts'
import { idleTimeout } from './load-balancer.ts'
import type { Parameters } from './parameters.ts'
import { allowProxy } from './proxy-policy.ts'

export interface ContainerTargetProps {
  readonly images: Images
  readonly parameters: Parameters
  readonly vpc: Vpc
  /** Of the load balancer, the only one that may call the tasks. */
  readonly clients: SecurityGroup
}

const port = 8080

/** The gateway app on Fargate, which streams: two tasks, more under load, and the target group that calls them. */
export class ContainerTarget extends Construct {
  readonly targetGroup: ApplicationTargetGroup
  private readonly service: FargateService

  constructor(scope: Construct, id: string, { images, parameters, vpc, clients }: ContainerTargetProps) {
    super(scope, id)
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', { vpc, description: 'Tasks of the gateway' })
    securityGroup.addIngressRule(clients, Port.tcp(port), 'The load balancer')
    clients.addEgressRule(securityGroup, Port.tcp(port), 'Tasks of the gateway')
    this.service = new FargateService(this, 'Service', {
      cluster: new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED }),
      taskDefinition: this.taskDefinition(images, parameters),
      securityGroups: [securityGroup],
      // There is no NAT: a task reaches Bedrock by its own address, at which only the load balancer reaches it.
      assignPublicIp: true,
      desiredCount: 2,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
    })
    this.service
      .autoScaleTaskCount({ minCapacity: 2, maxCapacity: 20 })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 })
    this.targetGroup = new ApplicationTargetGroup(this, 'TargetGroup', {
      vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port,
      targets: [this.service],
      healthCheck: {
        path: '/health',
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
      },
      // What open streams get when a task leaves, before it is told to stop.
      deregistrationDelay: Duration.seconds(120),
    })
  }

  /**
   * ECS takes a target group only once a listener uses it, and which one does is known at the deployment: a dependency on a listener that
   * may not be there is none, while a property that names it is.
   */
  startAfter(listenerArn: string): void {
    ;(this.service.node.defaultChild as CfnService).tags.setTag('listener', listenerArn)
  }

  private taskDefinition(images: Images, parameters: Parameters): FargateTaskDefinition {
    const taskRole = new Role(this, 'TaskRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') })
    ;(taskRole.node.defaultChild as CfnRole).overrideLogicalId('ProxyApiTaskRole')
    allowProxy(taskRole, 'ProxyApiTaskRoleDefaultPolicy', parameters.apiKeySecretArn)
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const definition = new FargateTaskDefinition(this, 'Task', {
      cpu: 512,
      memoryLimitMiB: 1024,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole,
      executionRole: executionRole(this, logGroup),
    })
    definition.addContainer('gateway', {
      image: images.containerImage(this),
      portMappings: [{ containerPort: port }],
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'gateway' }),
      readonlyRootFilesystem: true,
      linuxParameters: unprivileged(this),
      // Above the app's own grace period, so that it ends by itself.
      stopTimeout: Duration.seconds(60),
      environment: {
        ...parameters.environment,
        SHUTDOWN_GRACE_MS: '50000',
        // Longer than the load balancer keeps a connection: one that the app closed first would be a 502.
        KEEP_ALIVE_TIMEOUT_MS: String(idleTimeout.toMilliseconds() + 5_000),
      },
    })
    Validations.of(definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason:
        'None of the variables is a secret: the API keys are read from Secrets Manager by the ARN that is among them.',
    })
    return definition
  }
}

function unprivileged(scope: Construct): LinuxParameters {
  const parameters = new LinuxParameters(scope, 'Unprivileged')
  parameters.dropCapabilities(Capability.ALL)
  return parameters
}
