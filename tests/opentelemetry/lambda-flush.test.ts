import { toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { createGateway } from '@modelgate/core'
import { type OpenTelemetryOptions, openTelemetry } from '@modelgate/core/opentelemetry'
import { scriptedProvider } from '@modelgate/core/testing'
import { trace } from '@opentelemetry/api'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, expect, it } from 'vitest'

afterEach(() => trace.disable())

const event = functionUrlEvent({
  path: '/v1/chat/completions',
  headers: { 'content-type': 'application/json' },
  body: { model: 'scripted-1', stream: true, messages: [{ role: 'user', content: 'Hello' }] },
})
const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

/** A processor that would hold its spans back for an hour. */
function rig(options: (provider: TracerProvider) => OpenTelemetryOptions) {
  const exported: string[] = []
  const processor = new BatchSpanProcessor({
    scheduledDelayMillis: 3_600_000,
    exporter: {
      export(spans, done) {
        exported.push(...spans.map(({ name }) => name))
        done({ code: 0 })
      },
      shutdown: () => Promise.resolve(),
    },
  })
  const provider = new TracerProvider({ spanProcessors: [processor] })
  const telemetry = openTelemetry({ meter: false, ...options(provider) })
  const gateway = createGateway({ providers: [scriptedProvider('scripted', ['yes'])], auth: 'none', telemetry })
  return { exported, gateway }
}

const spans = ['chat scripted-1', 'chat scripted-1']
const places: Record<string, (provider: TracerProvider) => OpenTelemetryOptions> = {
  'that is registered': provider => {
    trace.setGlobalTracerProvider(provider)
    return {}
  },
  'that is given, with its flush': provider => ({
    tracer: provider.getTracer('mine'),
    flush: () => provider.forceFlush(),
  }),
}

it.each(Object.entries(places))('a whole answer goes out once its spans are with the SDK %s', async (_, options) => {
  const { exported, gateway } = rig(options)
  expect((await toLambdaHandler(gateway)(event, context)).statusCode).toBe(200)
  expect(exported).toEqual(spans)
})

it.each(Object.entries(places))(
  'a function that streams returns once its spans are with the SDK %s',
  async (_, options) => {
    const { exported, gateway } = rig(options)
    using shim = installLambdaShim()
    const call = shim.invoke(toLambdaStreamHandler(gateway), event)
    await Promise.all([call.text(), call.returned])
    expect(exported).toEqual(spans)
  },
)

it('an SDK that is given without its flush, or none, holds nothing up', async () => {
  const { exported, gateway } = rig(provider => ({ tracer: provider.getTracer('mine') }))
  expect((await toLambdaHandler(gateway)(event, context)).statusCode).toBe(200)
  const bare = createGateway({
    providers: [scriptedProvider('scripted', ['yes'])],
    auth: 'none',
    telemetry: openTelemetry(),
  })
  expect((await toLambdaHandler(bare)(event, context)).statusCode).toBe(200)
  expect(exported).toEqual([])
})
