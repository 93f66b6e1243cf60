import type { Cell } from './cells.ts'
import { contestantPath, type Running } from './contestants.ts'
import { readStreams } from './load/read-streams.ts'
import type { StreamOrder } from './load/stream-client.ts'
import { type Load, runWrk } from './load/wrk.ts'
import type { Server } from './machine/processes.ts'
import { cpuMicroseconds, residentKilobytes } from './machine/usage.ts'
import { requestOf, upstreamPath } from './upstream/requests.ts'

/** What one contestant did in one round. Those are absent that the cell does not tell. */
export interface Figures {
  /** CPU of the contestant, in microseconds: a request, and in paced streams a frame. The primary one. */
  readonly cpuUs?: number
  readonly perSecond?: number
  /** Median time of a whole answer. */
  readonly medianUs?: number
  readonly firstContentUs?: number
  /** From the upstream's write to the client's read. */
  readonly frameDelayUs?: number
  readonly frameDelayP99Us?: number
  /** Resident memory that each open stream added. */
  readonly kilobytesPerStream?: number
  /** Frames that the upstream sent for each that a client read: more than 1 where it went on after the client had left. */
  readonly sentPerRead?: number
}

export interface Round {
  readonly figures: Figures
  /** What makes the round worthless; absent where nothing does. */
  readonly fault: string | undefined
  /** Share of the load's core that the load and the answers needed: what is near 1 was measured instead of the contestant. */
  readonly loadShare: number | undefined
}

export interface Subject {
  readonly cell: Cell
  /** Bytes of a right answer, its head included. */
  readonly answerBytes: number
  readonly server: Running
  readonly upstream: Server
}

/** CPU is counted in hundredths of a second, and one stream takes a second: a shorter round says little. */
const pacedSeconds = 5

/** One round of one contestant. */
export function measure(subject: Subject, seconds: number): Promise<Round> {
  const { mode } = subject.cell
  if (mode === 'open') return measureOpen(subject)
  return mode === 'paced' || mode === 'aborts'
    ? measurePaced(subject, Math.max(seconds, pacedSeconds))
    : measureClosed(subject, seconds)
}

/** What the upstream answers with no contestant between: whether it, and the load, have capacity enough. */
export async function measureDirect(cell: Cell, upstream: Server): Promise<number> {
  const { lane, mode, concurrency } = cell
  const url = upstream.url + upstreamPath(lane, mode)
  const body = requestOf(cell)
  const { requests, seconds, failures } = await runWrk({ url, body, connections: concurrency, seconds: 1 })
  return failures > 0 ? Number.NaN : requests / seconds
}

async function measureClosed({ cell, server, answerBytes }: Subject, seconds: number): Promise<Round> {
  const { headers, model } = server
  const body = requestOf(cell, model)
  const before = cpuMicroseconds(server.pids)
  const load = await runWrk({
    url: server.url + contestantPath(cell.mode),
    body,
    headers,
    connections: cell.concurrency,
    seconds,
  })
  const cpu = cpuMicroseconds(server.pids) - before
  return {
    figures: {
      cpuUs: cpu / load.requests,
      perSecond: load.requests / load.seconds,
      medianUs: load.medianUs,
    },
    fault: faultOfLoad(load, answerBytes),
    loadShare: undefined,
  }
}

/** An error may come in a body, under 200, and is cheaper than an answer; a request that hangs is never counted by wrk. */
function faultOfLoad({ failures, bytesPerRequest, busyShare }: Load, answerBytes: number): string | undefined {
  if (failures > 0) return `failed ${failures} times`
  if (Math.abs(bytesPerRequest / answerBytes - 1) > 0.02) {
    return `gave answers of ${Math.round(bytesPerRequest)} bytes, and ${answerBytes} are right`
  }
  if (busyShare < 0.75) return `left ${Math.round((1 - busyShare) * 100)} % of the connections without an answer`
  return undefined
}

async function measurePaced({ cell, server, upstream }: Subject, seconds: number): Promise<Round> {
  const before = [cpuMicroseconds(server.pids), cpuMicroseconds(upstream.pids), performance.now()] as const
  const sentBefore = await framesSentBy(upstream)
  const abortShare = cell.mode === 'aborts' ? 0.05 : 0
  const { frames, failures, cpuUs, ...delays } = await readStreams({ ...orderFor(cell, server, seconds), abortShare })
  const cpu = cpuMicroseconds(server.pids) - before[0]
  const upstreamCpu = cpuMicroseconds(upstream.pids) - before[1]
  const wallUs = (performance.now() - before[2]) * 1_000
  const { firstContentUs, frameDelayUs, frameDelayP99Us } = delays
  const sentPerRead = ((await framesSentBy(upstream)) - sentBefore) / frames
  return {
    figures: {
      cpuUs: cpu / frames,
      firstContentUs,
      frameDelayUs,
      frameDelayP99Us,
      ...(abortShare > 0 && { sentPerRead }),
    },
    fault: failures > 0 ? `broke ${failures} streams` : undefined,
    loadShare: (upstreamCpu + cpuUs) / wallUs,
  }
}

async function framesSentBy({ url }: Server): Promise<number> {
  return Number(await (await fetch(`${url}/sent`)).text())
}

/** The server must be a fresh one: memory that an earlier load left behind would hide what a stream takes. */
async function measureOpen({ cell, server }: Subject): Promise<Round> {
  const idle = residentKilobytes(server.pids)
  let peak = idle
  let timer: NodeJS.Timeout | undefined
  const order = orderFor(cell, server, 0)
  const { failures } = await readStreams(order, () => {
    timer = setInterval(() => {
      peak = Math.max(peak, residentKilobytes(server.pids))
    }, 250)
  })
  clearInterval(timer)
  return {
    figures: { kilobytesPerStream: (peak - idle) / cell.concurrency },
    fault: failures > 0 ? `broke ${failures} streams` : undefined,
    loadShare: undefined,
  }
}

function orderFor(cell: Cell, server: Running, seconds: number): StreamOrder {
  const { url, headers, model } = server
  const body = requestOf(cell, model)
  const port = Number(new URL(url).port)
  return { port, path: contestantPath(cell.mode), body, headers, streams: cell.concurrency, seconds }
}
