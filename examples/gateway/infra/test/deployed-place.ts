import { readFileSync } from 'node:fs'
import { restApiEvent, type SentRequest } from '@modelgate/aws/lambda/testing'
import type { Template } from 'aws-cdk-lib/assertions'
import { vi } from 'vitest'
import { openTestDynamoDb } from '../../../../packages/aws/test/support/dynamodb.ts'
import { openTestParameterStore } from '../../../../packages/aws/test/support/parameter-store.ts'
import { openTestSecretsManager } from '../../../../packages/aws/test/support/secrets-manager.ts'
import { openAuthorizer } from '../../src/lambda/open-authorizer.ts'
import { temporaryFile } from '../../test/run-gateway.ts'
import { type LambdaPlace, openLambdaPlace } from '../../test/run-lambda.ts'
import { openDeployedHandler } from '../function/open-deployed-handler.ts'
import { propertiesOf } from './synthesised.ts'
import { createTablesOf } from './table-from-template.ts'

/** The functions of a template as Lambda would run them: on its tables, parameters and secret, with its variables. */
export interface DeployedPlace extends AsyncDisposable {
  readonly place: LambdaPlace
  readonly tables: readonly string[]
  /** Sends a request through the authorizer, where it has a key, to the function. */
  send(sent: SentRequest): Promise<{ readonly status: number; readonly body: string }>
  /** What the functions told on standard error. */
  readonly told: readonly string[]
}

const apiId = 'a1b2c3d4e5'
const methodArn = `arn:aws:execute-api:us-east-1:111111111111:${apiId}/v1/POST/`

export async function openDeployedPlace(template: Template): Promise<DeployedPlace> {
  await using opened = new AsyncDisposableStack()
  let tables: readonly string[] = []
  const place = opened.use(
    await openLambdaPlace(() =>
      openTestDynamoDb('ai-gateway-dev', async client => {
        tables = await createTablesOf(template, client)
      }),
    ),
  )
  const secret = JSON.stringify({ api_key: place.simulator.openaiKey })
  // The current version is what is read where none is named.
  const secrets = opened.use(await openTestSecretsManager({ undefined: secret }))
  const parameters = opened.use(await openTestParameterStore(parametersOf(template)))
  const ofAws = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    AWS_ENDPOINT_URL_SSM: parameters.endpoint,
    AWS_ACCESS_KEY_ID: place.simulator.credential.accessKeyId,
  }
  // Where its lists of models and profiles are asked for.
  vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK', place.simulator.url)
  const told: string[] = []
  const tell = (line: string): void => void told.push(line)
  const handler = await openDeployedHandler({ ...ofAws, ...variablesOf(template, 'gateway-handler') }, tell)
  const authorize = await openAuthorizer({ ...ofAws, ...variablesOf(template, 'api-authorizer') }, tell)
  const ended = opened.move()
  return {
    place,
    tables,
    told,
    async send(sent) {
      const event = restApiEvent({ stage: 'v1', apiId, ...sent })
      let authorizer: object | undefined
      if (sent.headers) {
        try {
          authorizer = (await authorize({ ...event, methodArn })).context
        } catch (error) {
          if (error instanceof Error && error.message === 'Unauthorized') return { status: 401, body: '' }
          throw error
        }
      }
      const invocation = place.shim.invoke(handler, restApiEvent({ stage: 'v1', apiId, ...sent, authorizer }))
      const { statusCode } = await invocation.prelude
      const body = await invocation.text()
      await invocation.returned
      return { status: statusCode, body }
    },
    async [Symbol.asyncDispose]() {
      await ended.disposeAsync()
      vi.unstubAllEnvs()
    },
  }
}

function parametersOf(template: Template): Record<string, string> {
  const all = propertiesOf(template, 'AWS::SSM::Parameter')
  return Object.fromEntries(all.map(({ Name, Value }) => [String(Name), String(Value)]))
}

/** A function's variables, with what CloudFormation would put in the place of references. */
function variablesOf(template: Template, name: string): Record<string, string> {
  const functions = propertiesOf(template, 'AWS::Lambda::Function')
  const [found = {}] = functions.filter(({ FunctionName }) => String(FunctionName).endsWith(name))
  const { Variables } = found.Environment as { readonly Variables: Readonly<Record<string, unknown>> }
  const variables = Object.fromEntries(Object.entries(Variables).map(([each, value]) => [each, resolved(value)]))
  return { ...variables, ...(variables.MODELGATE_CONFIG && { MODELGATE_CONFIG: patientConfig() }) }
}

function resolved(value: unknown): string {
  if (typeof value === 'string') return value
  const { Ref, 'Fn::Join': join } = value as { readonly Ref?: string; readonly 'Fn::Join'?: [string, unknown[]] }
  if (join) return join[1].map(resolved).join(join[0])
  if (Ref?.startsWith('RestApi')) return apiId
  return `arn:aws:secretsmanager:us-east-1:111111111111:secret:${Ref}`
}

/** The deployment's own file. A machine that is busy with tests answers late at times, which is not what these are about. */
function patientConfig(): string {
  const text = readFileSync(new URL('../gateway.config.jsonc', import.meta.url), 'utf8')
  const patient = text.replace(
    /^\{/m,
    '{ "limits": { "storeTimeoutMs": 5000 }, "idempotency": { "storeTimeoutMs": 5000 }, "cache": { "storeTimeoutMs": 5000 },',
  )
  const waiting = patient.replace('"timeoutMs": 1000', '"timeoutMs": 20000')
  return temporaryFile('gateway.config.jsonc', waiting.replace(/"\$schema": "[^"]*",/, ''))
}
