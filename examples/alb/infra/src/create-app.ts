import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { AlbGatewayStack } from './alb-gateway-stack.ts'
import { assetImages } from './images.ts'
import { readContext } from './read-context.ts'

/**
 * The app of one stack, `ai-gateway-alb`, which cdk-nag judges as it is synthesised. Account and region are the deployment's.
 * @throws {Error} from {@link readContext}, one line a fault.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props)
  const given = Object.keys(app.node.getAllContext() as object)
  const context = readContext(name => app.node.tryGetContext(name) as string | undefined, given)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const stack = new AlbGatewayStack(app, 'ai-gateway-alb', {
    ...context,
    images: assetImages,
    description: `Modelgate behind a load balancer (${context.variant})`,
  })
  Tags.of(stack).add('application', 'ai-gateway')
  return app
}
