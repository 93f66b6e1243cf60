import { GatewayError } from '../errors.ts'

/** One stream under way, as the clock looks at it. */
export interface TimedStream {
  /** Where it stands in the clock's list. */
  place: number
  /** Whether content has come. */
  hasContent: boolean
  /** Whether its upstream is being waited for. */
  isReading: boolean
  /** How many reads were asked for so far. */
  reads: number
  /** As they were when the clock looked last. */
  readsSeen: number
  /** Since when, as far as the clock knows, it has waited for what it waits for now. */
  sinceMs: number
  readonly firstFrameMs: number
  readonly idleMs: number
  /** Whether its answer comes in one piece: its first content is all of it. */
  readonly isWhole?: boolean
  giveUp(error: GatewayError): void
}

const sweepMs = 1_000

/**
 * One timer for all streams: a read writes two fields and no time. A stream is given up up to two sweeps after its time, never before.
 * The list is no `Set`, as that of open calls is none.
 */
export class StreamClock {
  private readonly streams: TimedStream[] = []
  private readonly now: () => number
  private sweeping: ReturnType<typeof setInterval> | undefined
  private sweptAt = 0
  private everyMs: number

  constructor(now: () => number = () => performance.now()) {
    this.now = now
    this.everyMs = sweepMs
  }

  get size(): number {
    return this.streams.length
  }

  add(stream: TimedStream): void {
    stream.sinceMs = this.now()
    stream.place = this.streams.push(stream) - 1
    const everyMs = Math.max(5, Math.min(sweepMs, stream.firstFrameMs / 4, stream.idleMs / 4))
    if (this.sweeping && everyMs >= this.everyMs) return
    clearInterval(this.sweeping)
    this.everyMs = everyMs
    this.sweptAt = stream.sinceMs
    // Whoever waits for a stream has a socket open, or waits for nothing.
    this.sweeping = setInterval(() => this.sweep(), everyMs).unref()
  }

  /** The last one takes the place of the one that goes; of one that has gone already, nothing changes. */
  remove(stream: TimedStream): void {
    if (this.streams[stream.place] !== stream) return
    const last = this.streams.pop()
    if (last === undefined || last === stream) return
    last.place = stream.place
    this.streams[last.place] = last
  }

  sweep(): void {
    const nowMs = this.now()
    // A process that was busy itself reads first what has come meanwhile: its own delay is no upstream's.
    const isLate = nowMs - this.sweptAt > 2 * this.everyMs + 50
    this.sweptAt = nowMs
    if (this.streams.length === 0) {
      clearInterval(this.sweeping)
      this.sweeping = undefined
      this.everyMs = sweepMs
    }
    // From the end: one that is given up goes, and the last one takes its place.
    for (let place = this.streams.length - 1; place >= 0; place -= 1) {
      const stream = this.streams[place]
      const fault = stream && faultOf(stream, nowMs)
      if (fault && !isLate) stream.giveUp(fault)
    }
  }
}

/** What it is given up for, if it is. Notes that its upstream has said something since the last time. */
function faultOf(stream: TimedStream, nowMs: number): GatewayError | undefined {
  const { firstFrameMs, idleMs, isWhole } = stream
  if (!stream.hasContent) {
    if (nowMs - stream.sinceMs < firstFrameMs) return undefined
    const [what, member] = isWhole ? ['answer', 'answerMs'] : ['content', 'firstFrameMs']
    const message = `The upstream sent no ${what} within ${firstFrameMs} ms; raise \`timeouts.${member}\` for models that think longer.`
    return new GatewayError('timeout_first_frame', message)
  }
  if (!stream.isReading || stream.reads !== stream.readsSeen) {
    stream.readsSeen = stream.reads
    stream.sinceMs = nowMs
    return undefined
  }
  if (nowMs - stream.sinceMs < idleMs) return undefined
  return new GatewayError('timeout_idle', `The upstream fell silent for ${idleMs} ms in the middle of its answer.`)
}
