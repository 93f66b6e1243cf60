import type { FakeUpstream, ProviderRig, UpstreamFault } from '@modelgate/core/testing'
import { type Fault, type RecordedRequest, type Simulator, startSimulator } from '@modelgate/simulator'

/** The simulator as the upstream of a provider's rig. */
export interface SimulatedUpstream extends FakeUpstream, AsyncDisposable {
  readonly simulator: Simulator
}

/** What an API calls its failures, where the simulator does not know. */
export interface Dialect {
  /** Inside a stream, that the service is out of order. */
  readonly outOfOrder: string
  readonly errorTypes?: Readonly<Record<number, string>>
}

/** One of the simulated APIs, as a rig needs it. */
export interface RigUpstream {
  readonly dialect: Dialect
  readonly models: Pick<ProviderRig, 'chatModel' | 'embeddingModel'>
}

export const openaiUpstream: RigUpstream = {
  dialect: { outOfOrder: 'server_error' },
  models: { chatModel: 'gpt-4o-mini', embeddingModel: 'text-embedding-3-small' },
}

export const bedrockUpstream: RigUpstream = {
  dialect: {
    outOfOrder: 'serviceUnavailableException',
    errorTypes: { 401: 'UnrecognizedClientException', 413: 'RequestTooLargeException', 529: 'OverloadedException' },
  },
  models: { chatModel: 'anthropic.claude-3-sonnet-20240229-v1:0', embeddingModel: 'amazon.titan-embed-text-v2:0' },
}

const hourMs = 3_600_000
const endings = { sent: 'sent', cut: 'broken', 'closed-by-client': 'left' } as const
/** After how many content frames, and in an early or a later event. */
const frames = { head: 0, content: 2 }
const atByte = { head: 40, content: 1_000 }

function toFault(fault: Exclude<UpstreamFault, { kind: 'refuse' }>, dialect: Dialect, url: string): Fault {
  switch (fault.kind) {
    case 'status': {
      const { status, retryAfterSeconds } = fault
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` }
      const errorType = dialect.errorTypes?.[status]
      return { kind: 'status', status, headers, ...(errorType !== undefined && { errorType }) }
    }
    case 'page':
      return { kind: 'html', status: fault.status }
    case 'redirect':
      return { kind: 'redirect', location: `${url}/elsewhere` }
    case 'content-type':
      return { kind: 'content-type', value: 'text/html' }
    case 'silence':
      return fault.after === 'request'
        ? { kind: 'delay', ms: hourMs }
        : { kind: 'stall', afterFrames: frames[fault.after] }
    case 'error':
      return { kind: 'exception', exceptionType: dialect.outOfOrder, afterFrames: frames[fault.after] }
    case 'garbage':
      return { kind: 'bad-crc', afterFrames: frames[fault.after] }
    case 'cut':
      return { kind: 'cut', atByte: atByte[fault.after] }
    case 'reset':
      return { kind: 'reset', afterFrames: frames[fault.after] }
    case 'no-end':
      return { kind: 'end-without-terminal' }
  }
}

export async function simulatedUpstream(dialect: Dialect): Promise<SimulatedUpstream> {
  let simulator = await startSimulator()
  /** Seen before the simulator was started anew. */
  let earlier: readonly RecordedRequest[] = []
  let isClosed = false
  const seen = (): readonly RecordedRequest[] => [...earlier, ...simulator.requests()]

  async function close(): Promise<void> {
    if (isClosed) return
    isClosed = true
    await simulator.close()
  }
  return {
    get simulator() {
      return simulator
    },
    async misbehave(fault) {
      if (fault?.kind === 'refuse') return close()
      if (isClosed) {
        earlier = seen()
        simulator = await startSimulator({ port: simulator.port })
        isClosed = false
      }
      simulator.setFaults(fault ? [{ fault: toFault(fault, dialect, simulator.url) }] : [])
    },
    requests: () => seen().length,
    arrival: index => simulator.waitFor(request => seen().indexOf(request) >= index),
    async ending(index) {
      const ended = (request = seen()[index]): boolean => request !== undefined && request.outcome !== 'open'
      if (!ended()) await simulator.waitFor(() => ended())
      const outcome = seen()[index]?.outcome
      return endings[outcome === undefined || outcome === 'open' ? 'cut' : outcome]
    },
    connections: () => simulator.openConnections(),
    [Symbol.asyncDispose]: close,
  }
}
