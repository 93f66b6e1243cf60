/** The span that a request came from, as its headers say. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  readonly isSampled: boolean
  /** As the header had it: W3C's `tracestate`. */
  readonly state?: string | undefined
}

type Headers = Readonly<Record<string, string | undefined>>

/** Longer than anybody has to pass on. https://www.w3.org/TR/trace-context/#tracestate-limits */
const longestState = 8_192

/** What W3C's `traceparent` and `tracestate` say, or where there is none that is valid, AWS's `X-Amzn-Trace-Id`. */
export function traceParentOf(headers: Headers): TraceParent | undefined {
  const { traceparent, tracestate } = headers
  const parent = traceparent === undefined ? undefined : fromW3C(traceparent)
  if (!parent) return fromXRay(headers['x-amzn-trace-id'])
  return tracestate && tracestate.length <= longestState ? { ...parent, state: tracestate } : parent
}

/** https://www.w3.org/TR/trace-context/#traceparent-header. A later version may go on after the flags. */
const w3c = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

function fromW3C(header: string): TraceParent | undefined {
  const [, version, traceId, spanId, flags, more] = w3c.exec(header.trim()) ?? []
  if (!traceId || !spanId || !flags || (version === '00' && more !== undefined)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** `Root=1-<8 hex digits>-<24>;Parent=<16>;Sampled=1`. Without a parent, as a load balancer sends it, there is no span to belong to. */
function fromXRay(header: string | undefined): TraceParent | undefined {
  if (!header) return undefined
  const [, time, rest] = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i.exec(header) ?? []
  const [, spanId] = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/i.exec(header) ?? []
  if (!time || !rest || !spanId) return undefined
  const isSampled = /(?:^|;)\s*Sampled=1(?:;|$)/i.test(header)
  return valid({ traceId: (time + rest).toLowerCase(), spanId: spanId.toLowerCase(), isSampled })
}

function valid(parent: TraceParent): TraceParent | undefined {
  return /[^0]/.test(parent.traceId) && /[^0]/.test(parent.spanId) ? parent : undefined
}
