import { readFileSync } from 'node:fs'
import type { BufferedHandler } from '@modelgate/aws/lambda'
import { albEvent } from '@modelgate/aws/lambda/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { deployedValues, functionVariables } from '../../../../tests/infra/function-variables.ts'
import { loadSdk } from '../../../../tests/infra/load-sdk.ts'
import { runGateway } from '../../../gateway/test/run-gateway.ts'
import { type SimulatedAws, startSimulatedAws } from '../../src/image/simulated-aws.ts'
import { synthesised } from './synthesised.ts'

const key = 'the-key-in-the-secret'
let aws: SimulatedAws
beforeAll(async () => {
  aws = await startSimulatedAws(key)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await aws[Symbol.asyncDispose]()
})

const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
const chat = { messages: [{ role: 'user', content: 'Say exactly: so' }] }
const sonnet = 'us.anthropic.claude-3-sonnet-20240229-v1:0'

it('the function answers with the variables of its template', async () => {
  const variables = functionVariables(synthesised().template.toJSON(), { ApiKeySecretArn: aws.secrets.arn })
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK']) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries({ ...aws.variables, ...variables })) vi.stubEnv(name, value)
  await loadSdk(aws.secrets.url)
  const file = '../../src/handler.ts?deployed'
  const { handler } = (await import(file)) as { readonly handler: BufferedHandler }
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
  const answer = await handler(albEvent({ path: '/v1/chat/completions', headers, body: chat }), context)
  expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('"content":"so"') })
  expect(answer.body).toContain(`"model":"${sonnet}"`)
})

it('the container serves with the variables of its template and of its image', async () => {
  const { template } = synthesised({ variant: 'fargate' })
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition')) as Task[]
  const [container] = task?.Properties.ContainerDefinitions ?? []
  const told = Object.fromEntries((container?.Environment ?? []).map(({ Name, Value }) => [Name, Value]))
  const variables = deployedValues(template.toJSON(), told, { ApiKeySecretArn: aws.secrets.arn })
  const { PORT, ...image } = variablesOfImage()
  expect(PORT).toBe('8080')
  await using gateway = await runGateway({ ...image, HOST: '127.0.0.1', ...aws.variables, ...variables }, 60_000)
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(chat),
  })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('"content":"so"')
  expect(aws.simulator.requests().at(-1)?.path).toContain(encodeURIComponent(sonnet))
  expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401)
})

interface Task {
  readonly Properties: {
    readonly ContainerDefinitions: readonly {
      readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[]
    }[]
  }
}

/** The variables that the Dockerfile sets. */
function variablesOfImage(): Record<string, string> {
  const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
  const [, set = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
  return Object.fromEntries(set.split(' ').map(each => each.split('=') as [string, string]))
}
