import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A value as OTLP writes it in JSON. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values: readonly AnyValue[] }
}
type KeyValues = readonly { readonly key: string; readonly value: AnyValue }[]

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind: number
  readonly attributes: KeyValues
  readonly events: readonly { readonly name: string; readonly attributes: KeyValues }[]
  readonly status: { readonly code: number }
}

interface OtlpPoint {
  readonly attributes: KeyValues
  readonly sum?: number
  readonly count?: number | string
  readonly asDouble?: number
  readonly asInt?: number | string
  readonly explicitBounds?: readonly number[]
}

interface OtlpMetric {
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly histogram?: { readonly dataPoints: readonly OtlpPoint[] }
  readonly sum?: { readonly dataPoints: readonly OtlpPoint[]; readonly isMonotonic: boolean }
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] }
}

type Attributes = Readonly<Record<string, unknown>>

export interface ReceivedSpan extends Omit<OtlpSpan, 'attributes' | 'events'> {
  readonly attributes: Attributes
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[]
}
export interface ReceivedMetric extends OtlpMetric {
  readonly points: readonly (Omit<OtlpPoint, 'attributes'> & { readonly attributes: Attributes })[]
}

/** An OTLP/HTTP collector that keeps what it is sent. */
export interface OtlpReceiver {
  readonly url: string
  readonly spans: ReceivedSpan[]
  readonly metrics: ReceivedMetric[]
  /** Everything, as it came. */
  readonly bodies: string[]
  close(): Promise<void>
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const metrics: ReceivedMetric[] = []
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    bodies.push(body)
    const received = JSON.parse(body) as {
      resourceSpans?: { scopeSpans: { spans: OtlpSpan[] }[] }[]
      resourceMetrics?: { scopeMetrics: { metrics: OtlpMetric[] }[] }[]
    }
    for (const { scopeSpans } of received.resourceSpans ?? []) {
      for (const scope of scopeSpans) spans.push(...scope.spans.map(readSpan))
    }
    for (const { scopeMetrics } of received.resourceMetrics ?? []) {
      for (const scope of scopeMetrics) metrics.push(...scope.metrics.map(readMetric))
    }
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    bodies,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function readSpan(span: OtlpSpan): ReceivedSpan {
  const events = (span.events ?? []).map(event => ({ name: event.name, attributes: readAttributes(event.attributes) }))
  return { ...span, attributes: readAttributes(span.attributes), events }
}

function readMetric(metric: OtlpMetric): ReceivedMetric {
  const { dataPoints = [] } = metric.histogram ?? metric.sum ?? metric.gauge ?? {}
  return { ...metric, points: dataPoints.map(point => ({ ...point, attributes: readAttributes(point.attributes) })) }
}

function readAttributes(pairs: KeyValues = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, readValue(value)]))
}

function readValue(value: AnyValue): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(readValue)
  if (value.intValue !== undefined) return Number(value.intValue)
  return value.stringValue ?? value.boolValue ?? value.doubleValue
}
