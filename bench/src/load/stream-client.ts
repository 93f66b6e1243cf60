import { once } from 'node:events'
import net from 'node:net'
import { median, quantile } from '../statistics.ts'
import { framesPerStream, stampDigits, stampSign } from '../upstream/answers.ts'

/*
 * Reads streams from bare sockets and tells how they came: time to the first content, how long each frame was under way, how many
 * there were. Over IPC it takes one order, says `open` when every stream has its first content, and gives its figures at the end.
 */

/** What to read. */
export interface StreamOrder {
  readonly port: number
  readonly path: string
  readonly body: string
  /** Beyond the key and the length. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** Streams open at a time. */
  readonly streams: number
  /** After so long no stream is begun any more; those that are open are read to their ends. */
  readonly seconds: number
  /** Of so many streams the client leaves half-way. Default 0. */
  readonly abortShare?: number | undefined
}

export interface StreamFigures {
  readonly frames: number
  readonly streams: number
  /** Streams that broke, were refused, or did not end whole. */
  readonly failures: number
  readonly firstContentUs: number
  readonly frameDelayUs: number
  readonly frameDelayP99Us: number
  /** CPU of this client, in microseconds: whether it was the bottleneck. */
  readonly cpuUs: number
}

const answerEnd = Buffer.from('0\r\n\r\n')
const allDigits = new RegExp(`^\\d{${stampDigits}}$`)
const stampLength = stampDigits + 2 * stampSign.length

class StreamReader {
  streams = 0
  frames = 0
  failures = 0
  readonly firsts: number[] = []
  readonly delays: number[] = []
  private readonly order: StreamOrder
  private readonly request: string
  private readonly until: number
  private readonly abortShare: number

  constructor(order: StreamOrder) {
    const { path, body, headers = {}, seconds, abortShare = 0 } = order
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    this.order = order
    this.abortShare = abortShare
    this.until = performance.now() + seconds * 1_000
    this.request = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nauthorization: Bearer bench\r\n${more.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  }

  /** One stream after another over one connection; over a new one after it has left. */
  async keepReading(): Promise<void> {
    let socket = await this.connect()
    do {
      if (socket.destroyed) socket = await this.connect()
      await this.readOne(socket)
    } while (performance.now() < this.until && (this.abortShare > 0 || !socket.destroyed))
    socket.destroy()
  }

  /** The client's own connecting is no part of what is measured. */
  private async connect(): Promise<net.Socket> {
    const socket = net.connect({ host: '127.0.0.1', port: this.order.port, noDelay: true })
    socket.on('error', () => socket.destroy())
    await Promise.race([once(socket, 'connect'), once(socket, 'close')])
    return socket
  }

  private readOne(socket: net.Socket): Promise<void> {
    const startedAt = performance.now()
    const leavesAfter = Math.random() < this.abortShare ? framesPerStream / 2 : Number.POSITIVE_INFINITY
    let status = ''
    let frames = 0
    let rest: Buffer = Buffer.alloc(0)
    const take = (bytes: Buffer): boolean => {
      if (status === '') status = bytes.toString('latin1', 0, 12)
      const text = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const { count, end } = this.stampsIn(text)
      if (frames === 0 && count > 0) this.onFirst(startedAt)
      frames += count
      rest = text.subarray(end)
      return text.subarray(-answerEnd.length).equals(answerEnd)
    }
    return new Promise(resolve => {
      const end = (): void => {
        socket.off('data', onData)
        socket.off('close', end)
        this.streams += 1
        this.frames += frames
        const isWhole = frames === framesPerStream || frames >= leavesAfter
        if (status !== 'HTTP/1.1 200' || !isWhole) this.failures += 1
        resolve()
      }
      const onData = (bytes: Buffer): void => {
        const isOver = take(bytes)
        if (frames >= leavesAfter) socket.destroy()
        else if (isOver) end()
      }
      socket.on('data', onData)
      socket.on('close', end)
      socket.write(this.request)
    })
  }

  /** Notes how old each stamp is. A stamp that was torn is read with what comes next. */
  private stampsIn(text: Buffer): { readonly count: number; readonly end: number } {
    const now = process.hrtime.bigint()
    let count = 0
    let at = text.indexOf(stampSign)
    while (at !== -1 && at + stampLength <= text.length) {
      const digits = text.toString('latin1', at + 1, at + 1 + stampDigits)
      // A frame's checksum may hold the sign, too.
      if (!allDigits.test(digits)) {
        at = text.indexOf(stampSign, at + 1)
        continue
      }
      const stamp = BigInt(digits)
      if (stamp > 0n) this.delays.push(Number(now - stamp) / 1_000)
      count += 1
      at = text.indexOf(stampSign, at + stampLength)
    }
    return { count, end: at === -1 ? Math.max(0, text.length - answerEnd.length) : at }
  }

  private onFirst(startedAt: number): void {
    this.firsts.push((performance.now() - startedAt) * 1_000)
    if (this.firsts.length === this.order.streams) process.send?.('open')
  }
}

async function read(order: StreamOrder): Promise<void> {
  const before = process.cpuUsage()
  const reader = new StreamReader(order)
  await Promise.all(Array.from({ length: order.streams }, () => reader.keepReading()))
  const cpu = process.cpuUsage(before)
  const figures: StreamFigures = {
    frames: reader.frames,
    streams: reader.streams,
    failures: reader.failures,
    firstContentUs: median(reader.firsts),
    frameDelayUs: median(reader.delays),
    frameDelayP99Us: quantile(reader.delays, 0.99),
    cpuUs: cpu.user + cpu.system,
  }
  process.send?.(figures, () => process.disconnect())
}

process.once('message', order => void read(order as StreamOrder))
