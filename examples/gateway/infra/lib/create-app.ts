import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { AiModelGatewayStack } from './ai-model-gateway-stack.ts'
import { environmentProfiles } from './environment-profile.ts'
import { ObservabilityStack } from './observability-stack.ts'
import { checkContext, type Settings } from './read-settings.ts'

/**
 * The stacks of one deployment: `ai-gateway-dev`, and `ai-gateway-dev-observability` that watches it. cdk-nag judges both as they are synthesised.
 * @throws {SettingsError} from {@link checkContext}
 */
export function createApp(settings: Settings, props: AppProps = {}): App {
  const app = new App(props)
  checkContext(Object.keys(app.node.getAllContext() as object))
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const { environment, region, account } = settings
  const stack = {
    env: { region, ...(account === undefined ? {} : { account }) },
    terminationProtection: environmentProfiles[environment].isProtected,
  }
  const gateway = new AiModelGatewayStack(app, `ai-gateway-${environment}`, {
    ...stack,
    settings,
    description: `AI model gateway (${environment}): REST API, functions, tables`,
  })
  const observability = new ObservabilityStack(app, `ai-gateway-${environment}-observability`, {
    ...stack,
    settings,
    resources: gateway.resources,
    description: `AI model gateway (${environment}): dashboards and alarms`,
  })
  observability.addStackDependency(gateway)
  const tags = { Project: 'ai-model-gateway', Environment: environment, CostCenter: 'ai-gateway', ManagedBy: 'cdk' }
  for (const [name, value] of Object.entries(tags)) Tags.of(app).add(name, value)
  return app
}
