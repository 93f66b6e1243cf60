import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { startOtlpReceiver } from '../../../tests/opentelemetry/otlp-receiver.ts'
import { openAppTelemetry } from '../src/telemetry/app-telemetry.ts'
import { demoKey } from '../src/upstream/demo.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runGateway, temporaryFile, type Variables } from './run-gateway.ts'

/** One call to a gateway process that is then ended, and all that it has printed. */
async function oneCall(variables: Variables, headers: Record<string, string> = {}) {
  await using gateway = await runGateway({ PORT: '0', ...variables })
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': demoKey, ...headers },
    body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'my plan' }] }),
  })
  expect(answer.status).toBe(200)
  await answer.text()
  gateway.kill('SIGTERM')
  expect(await gateway.exited).toBe(0)
  const lines = (text: string) =>
    text
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line) as Record<string, unknown>)
  return { id: answer.headers.get('x-request-id'), stdout: lines(gateway.stdout()), stderr: lines(gateway.stderr()) }
}

it('writes its metrics for CloudWatch where METRICS=emf, the last of them at its end', async () => {
  const { stdout } = await oneCall({ METRICS: 'emf', ENVIRONMENT: 'prod', OTEL_SERVICE_NAME: 'door' })
  const line = stdout.find(printed => '_aws' in printed)
  expect(line).toMatchObject({ Calls: 1, service: 'door', environment: 'prod' })
  expect(line?._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: 'AiModelGateway' }] })
})

it('writes so many budgets with them as it is told to', async () => {
  const key = { key: demoKey, apiKeyId: 'poor', budget: { usdPerDay: 5, usdPerMonth: 50 } }
  const MODELGATE_CONFIG = temporaryFile(
    'modelgate.json',
    JSON.stringify({ routes: { fast: ['openai/gpt-4o-mini'] }, keys: [key] }),
  )
  const { stdout } = await oneCall({ METRICS: 'emf', METRICS_MAX_BUDGETS: '1', MODELGATE_CONFIG })
  expect(stdout.filter(printed => 'BudgetLimitUsd' in printed)).toMatchObject([{ Budget: 'poor', BudgetLimitUsd: 5 }])
})

it('logs each call as JSON where it is to, with the id that the caller has', async () => {
  const { id, stderr } = await oneCall({ LOG_FORMAT: 'json', LOG_LEVEL: 'debug' })
  expect(stderr.find(({ message }) => message === 'call completed')).toMatchObject({ level: 'debug', requestId: id })
  expect(JSON.stringify(stderr)).not.toContain('my plan')
})

it('sends spans and metrics to a collector, and the trace’s id to its log', async () => {
  const receiver = await startOtlpReceiver()
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, LOG_FORMAT: 'json', LOG_LEVEL: 'debug' }
  const { stderr } = await oneCall(variables, { traceparent: `00-${traceId}-b7ad6b7169203331-01` })
  await receiver.close()
  expect(receiver.spans.map(span => [span.name.split(' ')[0], span.traceId])).toEqual([
    ['chat', traceId],
    ['chat', traceId],
  ])
  const names = receiver.metrics.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['gen_ai.client.operation.duration', 'modelgate.attempts']))
  expect(receiver.bodies.join('')).toContain('"stringValue":"modelgate"')
  expect(stderr.find(({ message }) => message === 'call completed')).toMatchObject({ traceId })
})

it.each(['text', 'json'] as const)(
  'tells in %s no key and no token that an error quotes, as AWS does a token it could not check',
  async logFormat => {
    const told: string[] = []
    const { warn } = await openAppTelemetry({ telemetry: { logFormat } }, line => told.push(line))
    warn('The store does not answer: x-amz-security-token:IQoJb3JpZ2luX2VjEXAMPLE, redis://u:hunter2@10.0.0.1, req-1')
    expect(told.join('')).toContain(
      'The store does not answer: x-amz-security-token:[redacted], redis://[redacted]@10.0.0.1, req-1',
    )
  },
)

it('says which name CloudWatch would not take', async () => {
  const opened = openAppTelemetry({ telemetry: { metrics: 'emf', serviceName: 'Tür' } }, () => {})
  await expect(opened).rejects.toMatchObject({
    name: 'ConfigurationError',
    message: expect.stringContaining('service'),
  })
})

it('serves and ends where the collector hangs', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await oneCall({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, SHUTDOWN_GRACE_MS: '2000' })
  server.closeAllConnections()
  server.close()
})
