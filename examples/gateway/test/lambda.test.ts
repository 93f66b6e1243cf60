import { restApiEvent, type SentRequest } from '@modelgate/aws/lambda/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOtlpReceiver } from '../../../tests/opentelemetry/otlp-receiver.ts'
import { ConfigurationError } from '../src/configuration-error.ts'
import { openAuthorizer } from '../src/lambda/open-authorizer.ts'
import { openHandler } from '../src/lambda/open-handler.ts'
import { type LambdaPlace, openLambdaPlace } from './run-lambda.ts'

let place: LambdaPlace
beforeEach(async () => {
  place = await openLambdaPlace()
})
afterEach(() => place[Symbol.asyncDispose]())

const chat = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hello' }] }
const told: string[] = []
const tell = (line: string): void => void told.push(line)

interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One invocation to its end, as the stage `v1` of a REST API sends it. */
async function invoke(handler: unknown, sent: SentRequest): Promise<Answered> {
  const invocation = place.shim.invoke(handler, restApiEvent({ stage: 'v1', ...sent }), { awsRequestId: 'aws-1' })
  const { statusCode, headers } = await invocation.prelude
  const body = await invocation.text()
  await invocation.returned
  return { status: statusCode, headers, body }
}

const withKey = (key: string): SentRequest['headers'] => ({ 'X-API-Key': key, 'Content-Type': 'application/json' })
const emf = (): Record<string, unknown>[] =>
  place.stdout.filter(line => line.includes('"_aws"')).map(line => JSON.parse(line) as Record<string, unknown>)

describe('the app as a Lambda function on its tables', () => {
  it('streams an answer, and has logged, counted and measured it when it returns', async () => {
    const handler = await openHandler(place.environment, tell)
    const key = await place.key({ permissions: ['completions', 'admin'] })
    const headers = withKey(key)
    const body = { ...chat, stream: true }
    const answer = await invoke(handler, { path: '/api/v1/completions', headers, body })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatch(/data: \[DONE\]\n\n$/)
    expect(emf()).toMatchObject([{ service: 'modelgate', environment: 'dev', Calls: 1, ServerErrors: 0 }])

    const logged = await invoke(handler, { path: '/api/v1/admin/requests/aws-1', headers })
    expect(JSON.parse(logged.body)).toMatchObject({ data: [{ requestId: 'aws-1', stream: true }] })
    const counted = await invoke(handler, { path: '/api/v1/admin/metrics?scope=fleet', headers })
    expect(JSON.parse(counted.body)).toMatchObject({ scope: 'fleet', total: { calls: 1 } })
  })

  it('has sent its spans and metrics to a collector when it returns, since a frozen function sends nothing', async () => {
    const receiver = await startOtlpReceiver()
    const handler = await openHandler({ ...place.environment, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }, tell)
    const headers = withKey(await place.key({}))
    for (const stream of [false, true])
      await invoke(handler, { path: '/api/v1/completions', headers, body: { ...chat, stream } })
    await receiver.close()
    expect(receiver.spans.map(({ kind }) => kind)).toEqual([3, 2, 3, 2])
    const attempts = receiver.metrics.findLast(({ name }) => name === 'modelgate.attempts')?.points
    expect(attempts?.map(({ asDouble, asInt }) => asDouble ?? Number(asInt))).toEqual([2])
  })

  it('counts limits in the table, so that instances share them', async () => {
    const [first, second] = [await openHandler(place.environment, tell), await openHandler(place.environment, tell)]
    const headers = withKey(await place.key({ rateLimit: { requestsPerMinute: 2 } }))
    const statuses: number[] = []
    for (const handler of [first, second, first, second]) {
      statuses.push((await invoke(handler, { path: '/api/v1/completions', headers, body: chat })).status)
    }
    expect(statuses).toEqual([200, 200, 429, 429])
  })

  it.each(['/v1/chat/completions', '/chat/completions', '/api/v1/completions'])(
    'answers at %s, so that the address of the stage v1 is a base URL for OpenAI’s clients',
    async path => {
      const handler = await openHandler(place.environment, tell)
      const headers = { Authorization: `Bearer ${await place.key({})}` }
      const { status } = await invoke(handler, { path, headers, body: chat })
      expect(status).toBe(200)
    },
  )

  it.each(['/v1/responses', '/responses'])('answers and streams the Responses API at %s', async path => {
    const handler = await openHandler(place.environment, tell)
    const headers = { Authorization: `Bearer ${await place.key({})}` }
    const body = { model: 'gpt-4', input: 'Say exactly: hello' }
    const whole = await invoke(handler, { path, headers, body })
    expect(whole).toMatchObject({ status: 200, body: expect.stringContaining('"status":"completed"') })
    const streamed = await invoke(handler, { path, headers, body: { ...body, stream: true } })
    expect(streamed.headers['content-type']).toContain('text/event-stream')
    expect(streamed.body).toMatch(/event: response\.completed\ndata: .*\n\n$/)
  })

  it('is live or does not start, since everybody knows the demo key', async () => {
    const bare = { AWS_REGION: 'us-east-1', API_KEY_TABLE_NAME: 'ai-gateway-dev-api-keys' }
    const start = openHandler(bare, tell)
    await expect(start).rejects.toThrow(ConfigurationError)
    expect(told.join('\n')).toContain('UPSTREAM=live found nothing to call')
  })

  it('lets a caller in on the authorizer’s word while the table of keys is away, and only of its own API', async () => {
    const authorize = await openAuthorizer(place.environment, tell)
    const handler = await openHandler(
      { ...place.environment, API_KEY_TABLE_NAME: 'gone', LIMITS_TABLE_NAME: '', REQUEST_LOG: 'none' },
      tell,
    )
    const headers = withKey(await place.key({}))
    const asked = { ...restApiEvent({ path: '/api/v1/completions', headers }), methodArn: 'arn:aws:x:y:z:api/v1/POST/' }
    const { context: authorizer } = await authorize(asked)
    const sent = { path: '/api/v1/completions', headers, body: chat, authorizer }
    expect((await invoke(handler, sent)).status).toBe(200)
    expect((await invoke(handler, { ...sent, apiId: 'another' })).status).toBe(503)
  })
})

describe('the authorizer', () => {
  it('looks keys up in the table, needs no other variable, and counts whom it turned away', async () => {
    const { ENVIRONMENT, API_KEY_TABLE_NAME, METRICS, AWS_REGION } = place.environment
    const authorize = await openAuthorizer({ ENVIRONMENT, API_KEY_TABLE_NAME, METRICS, AWS_REGION }, tell)
    const event = (key: string): object => ({
      ...restApiEvent({ path: '/health', headers: { 'X-API-Key': key } }),
      methodArn: 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/v1/GET/health',
    })
    const { principalId, context } = await authorize(event(await place.key({ apiKeyId: 'key-7' })))
    expect(principalId).toBe('key-7')
    expect(context).toMatchObject({ userId: 'ann', tier: 'premium' })
    expect(emf()).toEqual([])
    await expect(authorize(event('sk-test123456789abcdef'))).rejects.toThrow('Unauthorized')
    expect(emf()).toMatchObject([{ service: 'modelgate-authorizer', environment: 'dev', AuthenticationFailures: 1 }])
  })
})
