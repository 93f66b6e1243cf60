import { secretReader } from '@modelgate/aws/secrets'
import { parameterReader } from '@modelgate/aws/ssm'
import type { ConfigInput } from './config/config-schema.ts'
import { readParameters } from './config/read-parameters.ts'
import { resolveReferences } from './config/resolve-references.ts'
import { ConfigurationError } from './configuration-error.ts'
import type { Environment } from './environment.ts'
import { type Plan, planStart } from './plan.ts'

/**
 * The plan of a start, with what it needs of the Parameter Store and Secrets Manager, read this once: a parameter or secret that changes counts
 * from the next start on.
 * @param code options that stand over all others
 * @throws {ConfigurationError} with every fault there is.
 */
export async function loadPlan(environment: Environment, code?: ConfigInput): Promise<Plan> {
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || environment.CDK_DEFAULT_REGION || undefined
  const parameterStore = parameterReader({ region, endpoint: endpointOf(environment, 'SSM') })
  const secretsManager = secretReader({ region, endpoint: endpointOf(environment, 'SECRETS_MANAGER') })
  try {
    const { parameters, faults: unread } = await readParameters(environment.MODELGATE_SSM_PATH, parameterStore)
    const plan = planOr(unread, () => planStart(environment, { parameters, code }))
    const { config, faults } = await resolveReferences(plan.config, {
      environment: { ...environment, ...parameters },
      parameters: parameterStore,
      secrets: secretsManager,
      origins: plan.sources,
    })
    if (faults.length > 0) throw new ConfigurationError(faults)
    return { ...plan, config }
  } finally {
    parameterStore.close()
    secretsManager.close()
  }
}

/** The SDK reads these variables of the process by itself; an environment that was handed in is not the process's. */
function endpointOf(environment: Environment, service: string): string | undefined {
  return environment[`AWS_ENDPOINT_URL_${service}`] || environment.AWS_ENDPOINT_URL || undefined
}

/** What is wrong with the parameters, and with all the rest. */
function planOr(unread: readonly string[], plan: () => Plan): Plan {
  try {
    const planned = plan()
    if (unread.length === 0) return planned
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError([...unread, ...error.faults])
    throw error
  }
  throw new ConfigurationError(unread)
}
