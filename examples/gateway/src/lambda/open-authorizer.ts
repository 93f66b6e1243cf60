import { authorizerMetrics } from '@modelgate/aws/cloudwatch'
import { type AuthorizerHandler, toAuthorizerHandler } from '@modelgate/aws/lambda'
import { keyAuthentication } from '../authentication.ts'
import type { Environment } from '../environment.ts'
import { openKeys } from '../keys.ts'
import { loadPlan } from '../load-plan.ts'
import { openAppTelemetry } from '../telemetry/app-telemetry.ts'
import { authorizerService, metricsDimensions } from '../telemetry/metrics-dimensions.ts'
import { orTellFaults } from './or-tell-faults.ts'

/**
 * The authorizer of the API before the app: it looks keys up where the app does, and needs nothing else of the app's environment. With `METRICS=emf`
 * it counts whom it turned away.
 * @param tell told, one line at a time, what goes wrong
 * @throws {ConfigurationError} with every fault, each of which was told.
 */
export async function openAuthorizer(
  environment: Environment,
  tell: (line: string) => void,
): Promise<AuthorizerHandler> {
  const plan = await orTellFaults(loadPlan(environment), tell)
  const { telemetry, environment: deployment } = plan.config
  const { warn } = await openAppTelemetry({ ...plan.config, telemetry: { ...telemetry, metrics: undefined } }, tell)
  const auth = keyAuthentication(openKeys(plan, warn).stores, warn)
  const dimensions = metricsDimensions(authorizerService, deployment)
  const onRefused = telemetry?.metrics === 'emf' ? authorizerMetrics({ dimensions }) : undefined
  return toAuthorizerHandler(auth, { onRefused })
}
