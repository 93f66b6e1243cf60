import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ContainerTarget } from './container-target.ts'
import { FunctionTarget } from './function-target.ts'
import type { Images } from './images.ts'
import { LoadBalancer, type WeightedTarget } from './load-balancer.ts'
import { Network } from './network.ts'
import { Parameters } from './parameters.ts'
import type { Context, Variant } from './read-context.ts'

export interface AlbGatewayStackProps extends StackProps, Context {
  readonly images: Images
}

/** The gateway behind a load balancer: a function or a container, or both in shares. */
export class AlbGatewayStack extends Stack {
  constructor(scope: Construct, id: string, props: AlbGatewayStackProps) {
    super(scope, id, props)
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W2509',
      reason: 'The parameter ApiKeySecretArn says where the secret is, and nothing of what is in it.',
    })
    const { images, variant, fargatePercent } = props
    const parameters = new Parameters(this)
    const { vpc } = new Network(this, 'Network')
    const loadBalancer = new LoadBalancer(this, 'LoadBalancer', { vpc, certificateArn: parameters.certificateArn })
    const share = weights(variant, fargatePercent)
    const targets: WeightedTarget[] = []
    if (share.lambda !== undefined) {
      const { targetGroup } = new FunctionTarget(this, 'Function', { images, parameters })
      targets.push({ targetGroup, weight: share.lambda })
    }
    let container: ContainerTarget | undefined
    if (share.fargate !== undefined) {
      container = new ContainerTarget(this, 'Container', {
        images,
        parameters,
        vpc,
        clients: loadBalancer.securityGroup,
      })
      targets.push({ targetGroup: container.targetGroup, weight: share.fargate })
    }
    const listener = loadBalancer.forwardTo(targets)
    container?.startAfter(listener)
    new CfnOutput(this, 'LoadBalancerName', {
      value: loadBalancer.dnsName,
      description: 'What DNS points the domain at',
    })
    new CfnOutput(this, 'BaseUrl', {
      value: `http://${loadBalancer.dnsName}/v1`,
      description: 'For OpenAI clients; https and your domain with a certificate',
    })
  }
}

function weights(variant: Variant, percent: number): { readonly lambda?: number; readonly fargate?: number } {
  if (variant === 'lambda') return { lambda: 1 }
  if (variant === 'fargate') return { fargate: 1 }
  return { lambda: 100 - percent, fargate: percent }
}
