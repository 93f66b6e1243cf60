import { bedrock } from '@modelgate/bedrock'
import {
  completedOutcome,
  createGateway,
  type Gateway,
  GatewayError,
  type GatewayOptions,
  jsonLogger,
  type Provider,
  type RequestRecord,
  settledAs,
  type Telemetry,
  type UpstreamRequest,
  type Usage,
} from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import {
  attributeNames,
  eventNames,
  metricNames,
  type OpenTelemetryOptions,
  openTelemetry,
} from '@modelgate/core/opentelemetry'
import { scriptedProvider } from '@modelgate/core/testing'
import { mcpContext } from '@modelgate/mcp-context'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { context, metrics, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { numbered, startBatch, startBatchRig, untilEnded } from '../batches/batch-rig.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'

let simulator: Simulator
let receiver: OtlpReceiver
let gateways: Gateway[]
let collect: () => Promise<void>
let telemetryOf: (options?: OpenTelemetryOptions) => Telemetry
let close: () => Promise<void>

beforeEach(async () => {
  ;[simulator, receiver] = await Promise.all([startSimulator(), startOtlpReceiver()])
  gateways = []
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const traces = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` }) })],
  })
  const exporter = new OTLPMetricExporter({ url: `${receiver.url}/v1/metrics` })
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
  telemetryOf = options =>
    openTelemetry({ tracer: traces.getTracer('test'), meter: meters.getMeter('test'), ...options })
  collect = async () => {
    await new Promise(resolve => void setImmediate(resolve))
    await Promise.all([traces.forceFlush(), meters.forceFlush()])
  }
  close = async () => {
    await Promise.all([traces.shutdown(), meters.shutdown()])
  }
})
afterEach(async () => {
  await Promise.all(gateways.map(gateway => gateway.close({ graceMs: 0 })))
  await close()
  context.disable()
  await Promise.all([simulator.close(), receiver.close()])
})

/** A tracer whose spans stay here. */
function recorder(sampler?: Pick<Sampler, 'shouldSample'>) {
  const exporter = new InMemorySpanExporter()
  const traces = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    ...(sampler && { sampler: { ...sampler, toString: () => 'test' } }),
  })
  return { tracer: traces.getTracer('test'), spans: () => exporter.getFinishedSpans() }
}

const prompt = 'my secret plan'
const [first, second] = ['gpt-4o-mini', 'gpt-4o']

function open(options: Partial<GatewayOptions> = {}, telemetry?: OpenTelemetryOptions): Gateway {
  const gateway = createGateway({
    providers: [
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
      bedrock({ endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential }),
    ],
    routes: { fast: [`openai/${first}`, `openai/${second}`], lite: ['bedrock/amazon.nova-lite-v1:0'] },
    auth: 'none',
    retry: { enabled: false },
    onError: () => undefined,
    telemetry: telemetryOf(telemetry),
    ...options,
  })
  gateways.push(gateway)
  return gateway
}

async function ask(gateway: Gateway, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: prompt }], ...body }),
    principal: { tenant: 'acme', tier: 'free' },
  })
  await answer.clone().text()
  return answer
}

const [server, client] = [2, 3]
const isOfKind =
  (wanted: number) =>
  ({ kind }: ReceivedSpan): boolean =>
    kind === wanted

const asked = { seed: 7, response_format: { type: 'json_object' } }

/** Every name that a gateway's life brings up at least once. */
async function everything(): Promise<void> {
  const gateway = open({
    routes: {
      fast: [`openai/${first}`, `openai/${second}`],
      lite: ['bedrock/amazon.nova-lite-v1:0'],
      kept: { targets: [`openai/${first}`], cache: true },
    },
    context: mcpContext({
      source: query =>
        query === 'nothing'
          ? Promise.reject(new Error('down'))
          : { items: [{ productId: 'p-1', name: 'Lamp', category: 'Home', price: 20 }] },
      when: said => said !== prompt,
      secret: 'sealed by the test',
    }),
    circuitBreaker: { failureThreshold: 1 },
    budgets: { tenants: { acme: { usdPerDay: 100 } }, onUnknownPrice: 'allow' },
    // Nobody knows what the second one costs.
    prices: { [`openai/${first}`]: { input: 1, output: 2 } },
  })
  await ask(gateway, { stream: true, max_tokens: 50, temperature: 0.5, top_p: 0.9 })
  await ask(gateway, { ...asked, n: 2, service_tier: 'flex', frequency_penalty: 0.1, presence_penalty: 0.2 })
  await gateway.embed({ model: 'openai/text-embedding-3-small', input: 'a', dimensions: 64 })
  simulator.setFaults([{ match: { model: first }, fault: { kind: 'status', status: 500 } }])
  await ask(gateway)
  await ask(gateway)
  simulator.setFaults([])
  // Before the next ones use up what the tier may ask for.
  for (const content of ['a lamp', 'nothing'])
    await ask(gateway, { model: 'kept', messages: [{ role: 'user', content }] })
  for (let call = 0; call < 10; call += 1) await ask(gateway, { model: 'lite' })
  await ask(gateway, { messages: [] })
  await collect()
}

describe('telemetry over OTLP', () => {
  it('goes by the names in the names file: none is missing, none is another', async () => {
    await everything()
    const told = new Set([
      ...receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)),
      ...receiver.spans.flatMap(({ events }) => events.flatMap(({ attributes }) => Object.keys(attributes))),
      ...receiver.metrics.flatMap(({ points }) => points.flatMap(({ attributes }) => Object.keys(attributes))),
    ])
    expect([...told].toSorted()).toEqual(Object.values(attributeNames).toSorted())
    const events = new Set(receiver.spans.flatMap(span => span.events.map(({ name }) => name)))
    expect([...events].toSorted()).toEqual(Object.values(eventNames).toSorted())
    const metrics = new Map(receiver.metrics.map(({ name, unit, description }) => [name, { name, unit, description }]))
    expect([...metrics.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      Object.values(metricNames).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    )
    expect(receiver.bodies.join('')).not.toContain(prompt)
  })

  it('tells how budgets stand as gauges', async () => {
    const gateway = open({ budgets: { tenants: { acme: { usdPerMonth: 5 } } } })
    await ask(gateway)
    await collect()
    const { usdThisMonth } = await gateway.budgets.spending({ of: 'tenant', name: 'acme' })
    const attributes = {
      'modelgate.budget.of': 'tenant',
      'modelgate.budget.holder': 'acme',
      'modelgate.budget.period': 'month',
    }
    expect(usdThisMonth).toBeGreaterThan(0)
    const gauges = receiver.metrics.filter(({ name }) => name.startsWith('modelgate.budget.'))
    expect(gauges.map(({ name, points }) => [name, points])).toMatchObject([
      ['modelgate.budget.limit', [{ attributes, asDouble: 5 }]],
      ['modelgate.budget.spent', [{ attributes, asDouble: usdThisMonth }]],
    ])
  })

  it('has a span a call and one below it for each attempt, which end with the stream', async () => {
    simulator.setFaults([{ match: { model: first }, fault: { kind: 'status', status: 500 } }])
    const answer = await ask(open(), { stream: true })
    await collect()
    const [call] = receiver.spans.filter(isOfKind(server))
    const attempts = receiver.spans.filter(isOfKind(client))
    expect(receiver.spans).toHaveLength(3)
    expect(call).toMatchObject({
      name: 'chat fast',
      status: { code: 0 },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.stream': true,
        'modelgate.call.id': answer.headers.get('x-request-id'),
        'modelgate.tenant': 'acme',
        'modelgate.tier': 'free',
        'modelgate.attempts': 2,
      },
    })
    expect(attempts.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      [`chat ${first}`, call?.spanId],
      [`chat ${second}`, call?.spanId],
    ])
    expect(attempts[0]).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'upstream_unavailable' } })
    expect(attempts[1]).toMatchObject({
      status: { code: 0 },
      attributes: {
        'gen_ai.provider.name': 'openai',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': expect.any(Number),
        'gen_ai.usage.output_tokens': expect.any(Number),
      },
    })
    expect(attempts[1]?.attributes).not.toHaveProperty('error.type')
  })

  it('says of an attempt what it was asked when it begins, so that samplers can choose by it', async () => {
    const seen: unknown[] = []
    const shouldSample: Sampler['shouldSample'] = (_context, _traceId, name, kind, attributes) => {
      seen.push([name, kind, attributes])
      return { decision: SamplingDecision.RECORD_AND_SAMPLED }
    }
    const { tracer } = recorder({ shouldSample })
    await ask(open({}, { tracer, meter: false }), asked)
    expect(seen).toEqual([
      ['chat', SpanKind.SERVER, { 'gen_ai.operation.name': 'chat' }],
      [`chat ${first}`, SpanKind.CLIENT, expect.objectContaining({ 'gen_ai.operation.name': 'chat' })],
    ])
    expect(seen[1]).toMatchObject({
      2: {
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': first,
        'gen_ai.request.seed': 7,
        'gen_ai.output.type': 'json',
      },
    })
  })

  it.each([
    ['whole', `openai/${first}`, false],
    ['streamed', `openai/${first}`, true],
    ['whole', 'bedrock/amazon.nova-lite-v1:0', false],
    ['streamed', 'bedrock/amazon.nova-lite-v1:0', true],
  ] as const)(
    'tells the id of a %s answer of %s, its tier and why each choice has ended',
    async (_form, target, stream) => {
      const { tracer, spans } = recorder()
      const gateway = open({ routes: { fast: [target] } }, { tracer, meter: false })
      const text = await (await ask(gateway, { stream, n: 2, service_tier: 'default' })).text()
      const attempt = spans().find(({ kind }) => kind === SpanKind.CLIENT)
      expect(attempt?.attributes).toMatchObject({
        'gen_ai.response.id': /"id":\s*"(chatcmpl-[^"]+)"/.exec(text)?.[1] ?? 'none',
        'gen_ai.response.finish_reasons': ['stop', 'stop'],
        'openai.request.service_tier': 'default',
      })
      if (target.startsWith('openai')) expect(attempt?.attributes['openai.response.service_tier']).toBe('default')
    },
  )

  it('tells of a cut answer of several choices which have ended, and of other upstreams’ answers what is text', async () => {
    simulator.setFaults([{ fault: { kind: 'reset', afterFrames: 3 } }])
    const odd = JSON.parse('{ "id": 7, "choices": [null, { "finish_reason": 8 }, { "finish_reason": "length" }] }')
    const provider: Provider = {
      ...scriptedProvider('a'),
      handlers: {
        chat: async () => ({
          kind: 'completion',
          completion: { value: odd },
          settled: settledAs(completedOutcome({ finishReason: undefined })),
        }),
      },
    }
    const { tracer, spans } = recorder()
    const gateway = open({ providers: [provider], routes: { fast: ['a/m'] } }, { tracer, meter: false })
    await ask(gateway)
    await ask(open({ routes: { fast: [`openai/${first}`] } }, { tracer, meter: false }), { stream: true, n: 2 })
    const attempts = spans().filter(({ kind }) => kind === SpanKind.CLIENT)
    expect(attempts.map(({ attributes }) => attributes['gen_ai.response.finish_reasons'])).toEqual([
      ['length'],
      undefined,
    ])
    expect(attempts[0]?.attributes).not.toHaveProperty('gen_ai.response.id')
  })

  it('tells each attempt’s own time to its first content, and the call’s from its start', async () => {
    const late = async (): Promise<never> => {
      await new Promise(resolve => setTimeout(resolve, 60))
      throw new GatewayError('upstream_unavailable', 'It is late.')
    }
    const { tracer, spans } = recorder()
    const providers = [{ ...scriptedProvider('a'), handlers: { chat: late } }, scriptedProvider('b', ['Hello'])]
    await ask(open({ providers, routes: { fast: ['a/m', 'b/m'] } }, { tracer, meter: false }), { stream: true })
    const times = spans().map(({ attributes }) => attributes['gen_ai.response.time_to_first_chunk'])
    const [failed, answered, call] = times
    expect([failed, typeof answered, typeof call]).toEqual([undefined, 'number', 'number'])
    expect(Number(answered)).toBeGreaterThanOrEqual(0)
    expect(Number(call)).toBeGreaterThan(Number(answered) + 0.05)
  })

  it('tells what of an attempt’s tokens was read from a cache, written to one, and thought, where those are counts', async () => {
    const shares = { cached_tokens: 60, cache_write_tokens: 30 }
    const told = { prompt_tokens: 100, completion_tokens: 40, total_tokens: 140, prompt_tokens_details: shares }
    const wrong = JSON.parse('{ "reasoning_tokens": "25" }')
    const usages: Usage[] = [
      { ...told, completion_tokens_details: { reasoning_tokens: 25 } },
      { ...told, completion_tokens_details: wrong },
    ]
    const { tracer, spans } = recorder()
    const provider: Provider = {
      ...scriptedProvider('a'),
      handlers: {
        chat: async call => {
          const settled = settledAs(completedOutcome({ usage: usages.shift() }))
          return { ...(await scriptedProvider('a', ['Hello']).handlers.chat!(call)), settled }
        },
      },
    }
    const gateway = open({ providers: [provider], routes: { fast: ['a/m'] } }, { tracer, meter: false })
    for (let call = 0; call < 2; call += 1) await ask(gateway)
    const attempts = spans().filter(({ kind }) => kind === SpanKind.CLIENT)
    expect(attempts[0]?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 60,
      'gen_ai.usage.cache_creation.input_tokens': 30,
      'gen_ai.usage.reasoning.output_tokens': 25,
    })
    expect(attempts[1]?.attributes).not.toHaveProperty('gen_ai.usage.reasoning.output_tokens')
  })

  it('belongs to the caller’s trace, and passes it on to the upstream', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    for (const model of ['fast', 'lite']) await ask(open(), { model }, { traceparent, tracestate: 'vendor=1' })
    await collect()
    for (const span of receiver.spans) expect(span.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    const calls = receiver.spans.filter(isOfKind(server))
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual(['b7ad6b7169203331', 'b7ad6b7169203331'])
    const attempts = receiver.spans.filter(isOfKind(client))
    expect(simulator.requests().map(({ headers }) => [headers.traceparent, headers.tracestate])).toEqual(
      attempts.map(({ spanId }) => [`00-0af7651916cd43dd8448eb211c80319c-${spanId}-01`, 'vendor=1']),
    )
  })

  it('is answered by Bedrock where HTTP is instrumented, too, and another span stands in its headers’ place', async () => {
    const inner = nodeTransport()
    const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`
    const transport = {
      send: (request: UpstreamRequest) => inner.send({ ...request, headers: { ...request.headers, traceparent } }),
      close: () => inner.close(),
    }
    const [endpoint, region, credentials] = [simulator.url, 'us-east-1', simulator.credential] as const
    const lanes = { 'openai.': 'openai', 'meta.': 'invoke' } as const
    const gateway = open({ providers: [bedrock({ endpoint, region, credentials, lanes, transport })], routes: {} })
    for (const model of ['amazon.nova-lite-v1:0', 'openai.gpt-oss-20b-1:0', 'meta.llama3-8b-instruct-v1:0'])
      expect([model, (await ask(gateway, { model: `bedrock/${model}` })).status]).toEqual([model, 200])
    const embedded = await gateway.embed({ model: 'bedrock/amazon.titan-embed-text-v2:0', input: prompt })
    expect(embedded.data).toHaveLength(1)
    expect(new Set(simulator.requests().map(({ headers }) => headers.traceparent))).toEqual(new Set([traceparent]))
  })

  it('records nothing of a trace that is not sampled, and says so upstream', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c'
    await ask(open(), {}, { traceparent: `${trace}-b7ad6b7169203331-00` })
    await collect()
    expect(receiver.spans).toEqual([])
    expect(simulator.requests()[0]?.headers.traceparent).toMatch(new RegExp(`^${trace}-(?!b7ad)[0-9a-f]{16}-00$`))
  })

  it('takes X-Ray’s header where there is no other', async () => {
    const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0'
    await ask(open(), {}, { 'x-amzn-trace-id': xray })
    await collect()
    expect(receiver.spans.find(isOfKind(server))).toMatchObject({
      traceId: '5759e988bd862e3fe1be46a994272793',
      parentSpanId: '53995c3f42cd8ad8',
    })
  })

  it('has no trace to name in the log where no SDK is registered', async () => {
    const lines: string[] = []
    const logger = jsonLogger({ level: 'debug', write: line => lines.push(line) })
    await ask(open({ logger, telemetry: openTelemetry() }))
    await collect()
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('traceId')
  })

  it('finds an SDK that is registered after the gateway was made, its metrics too', async () => {
    const gateway = open({ telemetry: openTelemetry({ tracer: false }) })
    await ask(gateway)
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
    try {
      for (let call = 0; call < 2; call += 1) await ask(gateway)
    } finally {
      metrics.disable()
      await reader.shutdown()
    }
    const told = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics))
    const valuesOf = (name: string): unknown[] =>
      told.filter(({ descriptor }) => descriptor.name === name).flatMap(metric => metric.dataPoints.map(at => at.value))
    expect(valuesOf('gen_ai.client.operation.duration')).toEqual([expect.objectContaining({ count: 2 })])
    expect(valuesOf('modelgate.attempts')).toEqual([2])
  })

  it('tells upstreams nothing where it is not to', async () => {
    await ask(open({}, { propagate: false }))
    expect(simulator.requests()[0]?.headers).not.toHaveProperty('traceparent')
  })

  it('is active in layers of one’s own, and belongs to the host’s span', async () => {
    let seen: string | undefined
    const gateway = open({
      use: [
        async (call, next) => {
          await Promise.resolve()
          seen = trace.getActiveSpan()?.spanContext().traceId
          return next(call)
        },
      ],
    })
    const host = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }
    await context.with(trace.setSpanContext(context.active(), host), () =>
      gateway.chat({ model: 'fast', messages: [{ role: 'user', content: prompt }] }),
    )
    await collect()
    expect(seen).toBe(host.traceId)
    expect(receiver.spans.find(({ parentSpanId }) => parentSpanId === host.spanId)).toMatchObject({ kind: 1 })
  })

  it('ends the spans of a call whose caller leaves, without an error', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 3 } }])
    const stream = open().stream({ model: 'fast', messages: [{ role: 'user', content: prompt }] })
    const read = async (): Promise<void> => {
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) stream.abort()
    }
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' })
    await stream.report
    await collect()
    expect(receiver.spans.map(({ status, attributes }) => [status.code, attributes['error.type']])).toEqual([
      [0, 'cancelled'],
      [0, 'cancelled'],
    ])
  })

  it('says of an attempt that was given up what the log says: what it cost, and that this is estimated', async () => {
    const records: RequestRecord[] = []
    const gateway = open({ requestLog: { write: record => void records.push(record), flush: async () => {} } })
    simulator.setFaults([{ fault: { kind: 'slow-first-content', ms: 60_000 } }])
    const messages = [{ role: 'user' as const, content: prompt }]
    await expect(gateway.chat({ model: 'lite', messages }, { deadlineMs: 100 })).rejects.toThrow('given up')
    await collect()
    const [record] = records
    expect(record).toMatchObject({ errorCode: 'timeout_total', usageSource: 'estimated', cost: expect.any(Number) })
    expect(receiver.spans.find(isOfKind(client))?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': record?.promptTokens,
      'modelgate.usage.source': 'estimated',
      'modelgate.cost.usd': record?.cost,
    })
  })

  it('tells an attempt by what it used itself, not by what the one before it did', async () => {
    simulator.setFaults([
      { match: { model: first, times: 1 }, fault: { kind: 'slow-first-content', ms: 60_000 } },
      { match: { model: second }, fault: { kind: 'status', status: 500 } },
    ])
    await ask(open({ timeouts: { firstFrameMs: 100 } }), { stream: true })
    await collect()
    const told = receiver.spans.filter(isOfKind(client)).map(({ attributes }) => attributes)
    expect(told.map(attributes => attributes['gen_ai.usage.input_tokens'])).toEqual([expect.any(Number), undefined])
    expect(told.map(attributes => attributes['modelgate.cost.usd'])).toEqual([expect.any(Number), 0])
  })

  it('counts what the gateway’s own metrics count', async () => {
    const gateway = open()
    await ask(gateway, { stream: true })
    await ask(gateway, { model: 'lite' })
    await collect()
    const metric = (name: string) => receiver.metrics.find(found => found.name === name)?.points ?? []
    const [series] = gateway.metrics()?.calls ?? []
    const input = metric('gen_ai.client.token.usage').filter(
      ({ attributes }) => attributes['gen_ai.token.type'] === 'input',
    )
    expect(input.map(({ sum }) => sum)).toEqual(gateway.metrics()?.calls.map(({ promptTokens }) => promptTokens.sum))
    expect(metric('gen_ai.client.operation.duration')[0]?.explicitBounds).toEqual(series?.durationSeconds.bounds)
    const firstChunk = metric('gen_ai.client.operation.time_to_first_chunk')
    expect(firstChunk).toMatchObject([{ explicitBounds: series?.durationSeconds.bounds }])
    expect(metric('modelgate.cost')[0]).toMatchObject({ asDouble: series?.costUsd })
    expect(metric('modelgate.attempts')).toHaveLength(2)
  })

  it('tells calls that were refused by the route they asked for, as the gateway’s own metrics do, and made-up ones by none', async () => {
    const gateway = open({ budgets: { tenants: { acme: { usdPerDay: 0 } } } })
    await ask(gateway)
    await ask(gateway, { messages: [] })
    await ask(gateway, { model: 'made-up', messages: [] })
    await collect()
    const durations = receiver.metrics.find(({ name }) => name === 'gen_ai.client.operation.duration')?.points ?? []
    const told = durations.map(({ attributes }) => [attributes['modelgate.route'], attributes['error.type']])
    expect(told).toEqual([
      ['fast', 'budget_exceeded'],
      ['fast', 'invalid_request'],
      ['none', 'invalid_request'],
    ])
    expect(gateway.metrics()?.calls.map(({ route, errors }) => [route, ...Object.keys(errors)])).toEqual([
      ['fast', 'budget_exceeded', 'invalid_request'],
      ['none', 'invalid_request'],
    ])
  })

  it('counts the tokens of a batch that has ended beside its cost, and has a span for it', async () => {
    await using rig = await startBatchRig({ simulator, gateway: { telemetry: telemetryOf() } })
    const { id } = await startBatch(rig.ann, numbered(100))
    await untilEnded(rig.ann, id)
    await collect()
    const ended = rig.gateway.metrics()?.calls.find(({ promptTokens }) => promptTokens.sum > 0)
    const tokens = receiver.metrics.find(({ name }) => name === 'gen_ai.client.token.usage')?.points
    expect(tokens?.map(({ sum }) => sum)).toEqual([ended?.promptTokens.sum, ended?.completionTokens.sum])
    const span = receiver.spans.find(({ attributes }) => attributes['modelgate.call.id'] === id)
    expect(span?.attributes).toMatchObject({ 'gen_ai.operation.name': 'batches', 'modelgate.cost.usd': ended?.costUsd })
  })

  it('adds up what several gateways count, and loses nothing at their end', async () => {
    const [one, other] = [open(), open()]
    for (const gateway of [one, one, other]) await ask(gateway)
    await collect()
    await ask(other)
    for (const gateway of [one, other]) await gateway.close()
    await collect()
    const attempts = receiver.metrics.findLast(({ name }) => name === 'modelgate.attempts')?.points
    expect(attempts?.map(({ asDouble, asInt }) => asDouble ?? Number(asInt))).toEqual([4])
  })

  it('takes nothing from a call that it fails at', async () => {
    const faults: unknown[] = []
    const fail = (): never => {
      throw new Error('The exporter is broken.')
    }
    for (const broken of ['onStart', 'onEnd'] as const) {
      const none = { onStart: () => {}, onEnd: () => {}, forceFlush: async () => {}, shutdown: async () => {} }
      const traces = new TracerProvider({ spanProcessors: [{ ...none, [broken]: fail }] })
      const onError = (error: unknown): void => void faults.push(error)
      const gateway = open({ onError }, { tracer: traces.getTracer('broken'), meter: false })
      expect((await ask(gateway)).status).toBe(200)
      expect((await ask(gateway, { stream: true })).status).toBe(200)
      expect((await ask(gateway, { messages: [] })).status).toBe(400)
    }
    expect(new Set(faults.map(String))).toEqual(new Set(['Error: The exporter is broken.']))
  })
})
