import { CfnCondition, Duration, Fn, Validations } from 'aws-cdk-lib'
import { CfnSecurityGroupIngress, Peer, Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2'
import {
  ApplicationLoadBalancer,
  type ApplicationTargetGroup,
  CfnListener,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'

export interface LoadBalancerProps {
  readonly vpc: Vpc
  /** May be empty, and is known at the deployment. */
  readonly certificateArn: string
}

/** A target group, and its share of the requests. */
export interface WeightedTarget {
  readonly targetGroup: ApplicationTargetGroup
  readonly weight: number
}

/** How long a connection may be silent: an answer that is not streamed is, until it is whole. */
export const idleTimeout = Duration.seconds(600)

/** An internet-facing load balancer on port 80; with a certificate on 443, and 80 leads there. */
export class LoadBalancer extends Construct {
  readonly securityGroup: SecurityGroup
  readonly dnsName: string
  private readonly arn: string
  private readonly certificateArn: string
  private readonly https: CfnCondition

  constructor(scope: Construct, id: string, { vpc, certificateArn }: LoadBalancerProps) {
    super(scope, id)
    this.certificateArn = certificateArn
    this.https = new CfnCondition(this, 'Https', {
      expression: Fn.conditionNot(Fn.conditionEquals(certificateArn, '')),
    })
    this.https.overrideLogicalId('HasCertificate')
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Clients of the gateway',
      allowAllOutbound: false,
    })
    this.securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(80), 'HTTP')
    const ingress = new CfnSecurityGroupIngress(this, 'HttpsIngress', {
      groupId: this.securityGroup.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIp: '0.0.0.0/0',
      description: 'HTTPS',
    })
    ingress.cfnOptions.condition = this.https
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: true,
      securityGroup: this.securityGroup,
      idleTimeout,
      dropInvalidHeaderFields: true,
    })
    this.dnsName = balancer.loadBalancerDnsName
    this.arn = balancer.loadBalancerArn
    acknowledge(this, balancer, ingress)
  }

  /**
   * Sends requests to these targets by their weights.
   * @returns the ARN of the listener that does, with a certificate another than without
   */
  forwardTo(targets: readonly WeightedTarget[]): string {
    const groups = targets.map(({ targetGroup, weight }) => ({ targetGroupArn: targetGroup.targetGroupArn, weight }))
    // Below a condition nothing is translated: it is written as CloudFormation has it.
    const TargetGroups = groups.map(group => ({ TargetGroupArn: group.targetGroupArn, Weight: group.weight }))
    const forward = { Type: 'forward', ForwardConfig: { TargetGroups } }
    const redirect = { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }
    const http = new CfnListener(this, 'Http', {
      loadBalancerArn: this.arn,
      port: 80,
      protocol: 'HTTP',
      defaultActions: Fn.conditionIf(this.https.logicalId, [redirect], [forward]),
    })
    const https = new CfnListener(this, 'HttpsListener', {
      loadBalancerArn: this.arn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      certificates: [{ certificateArn: this.certificateArn }],
      defaultActions: [{ type: 'forward', forwardConfig: { targetGroups: groups } }],
    })
    https.cfnOptions.condition = this.https
    return Fn.conditionIf(this.https.logicalId, https.ref, http.ref).toString()
  }
}

function acknowledge(scope: LoadBalancer, balancer: ApplicationLoadBalancer, ingress: CfnSecurityGroupIngress): void {
  const open = 'It faces the internet on purpose: callers are let in by their API key.'
  Validations.of(scope.securityGroup).acknowledge({ id: 'AwsSolutions-EC23', reason: open })
  Validations.of(ingress).acknowledge({ id: 'AwsSolutions-EC23', reason: open })
  Validations.of(balancer).acknowledge({
    id: 'AwsSolutions-ELB2',
    reason:
      'The gateway logs each call with tenant and model; access logs want a bucket whose policy differs by region.',
  })
}
