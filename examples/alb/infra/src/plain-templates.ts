import { App, BootstraplessSynthesizer } from 'aws-cdk-lib'
import { AlbGatewayStack } from './alb-gateway-stack.ts'
import { namedImages } from './images.ts'

/**
 * The stack as templates that need neither the CDK nor its bootstrap: `gateway-lambda.template.json` and `gateway-fargate.template.json`,
 * by name. Their images are parameters.
 * @param outdir where the CDK may write what it writes beside them
 */
export function plainTemplates(outdir: string): Map<string, string> {
  const app = new App({ outdir, analyticsReporting: false })
  for (const variant of ['lambda', 'fargate'] as const) {
    new AlbGatewayStack(app, `gateway-${variant}`, {
      variant,
      fargatePercent: 0,
      images: namedImages,
      synthesizer: new BootstraplessSynthesizer(),
      description: `Modelgate behind a load balancer (${variant})`,
    })
  }
  const { stacks } = app.synth()
  return new Map(
    stacks.map(stack => [`${stack.stackName}.template.json`, `${JSON.stringify(stack.template, undefined, 2)}\n`]),
  )
}
