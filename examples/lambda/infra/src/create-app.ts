import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type Environment, environments } from './environments.ts'
import { LambdaGatewayStack } from './lambda-gateway-stack.ts'
import { readContext } from './read-context.ts'

/**
 * The app of both environments: the stacks `ai-gateway-lambda-staging` and `ai-gateway-lambda-production`, which cdk-nag judges as they
 * are synthesised.
 * @throws {Error} from {@link readContext}, one line a fault.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App(props)
  const given = Object.keys(app.node.getAllContext() as object)
  const context = readContext(name => app.node.tryGetContext(name) as string | undefined, process.env, given)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  for (const environment of environments) addStack(app, environment)
  return app

  function addStack(scope: App, { name, domainName }: Environment): void {
    const stack = new LambdaGatewayStack(scope, `ai-gateway-lambda-${name}`, {
      ...context,
      domainName: context.certificateArns[name] ? domainName : undefined,
      certificateArn: context.certificateArns[name],
      env: { region: context.region, ...(context.account ? { account: context.account } : {}) },
      description: `Modelgate on Lambda, streaming (${name})`,
      terminationProtection: name === 'production',
    })
    Tags.of(stack).add('application', 'ai-gateway')
    Tags.of(stack).add('environment', name)
  }
}
