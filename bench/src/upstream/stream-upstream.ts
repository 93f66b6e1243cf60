import net from 'node:net'
import { framesPerStream, type Lane, requestIdHeader, type StreamAnswer, streams } from './answers.ts'

/*
 * An upstream that streams, on a bare socket: `POST …/pace/<ms>/…` gets its stamped frames that many milliseconds apart,
 * or with `/pace/0/` in one write; `GET /sent` tells how many it has
 * sent so far that were not in a burst. From `GET /unpaced` to `GET /paced` all are in one write. It reads no more of a request than its first line and its length, so that it needs a fraction
 * of what any gateway needs.
 */

const headEnd = Buffer.from('\r\n\r\n')
/** Of Bedrock's control plane. */
const noModels = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'
const lastChunk = Buffer.from('0\r\n\r\n')

interface Lanes {
  readonly answer: StreamAnswer
  /** The whole answer in one piece. */
  readonly burst: Buffer
  /** Status line, headers, and what comes before the content. */
  readonly opening: Buffer
  /** What ends it. */
  readonly closing: Buffer
}

const lanes: Readonly<Record<Lane, Lanes>> = {
  openai: prepare(streams.openai, 'x-request-id: req_bench'),
  bedrock: prepare(streams.bedrock, `${requestIdHeader.name}: ${requestIdHeader.value}`),
}

function prepare(answer: StreamAnswer, requestId: string): Lanes {
  const head = Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: ${answer.contentType}\r\n${requestId}\r\ntransfer-encoding: chunked\r\n\r\n`,
  )
  const opening = Buffer.concat([head, ...answer.head.map(asChunk)])
  const closing = Buffer.concat([...answer.tail.map(asChunk), lastChunk])
  const frames = Array.from({ length: framesPerStream }, () => asChunk(answer.frame))
  return { answer, opening, closing, burst: Buffer.concat([opening, ...frames, closing]) }
}

function asChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

let framesSent = 0
let isPaced = true

function answerRequest(socket: net.Socket, head: string): void {
  const [asked] = /^GET \/(sent|paced|unpaced)(?= )/.exec(head) ?? []
  if (asked) {
    if (asked !== 'GET /sent') isPaced = asked === 'GET /paced'
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${framesSent}`)
    return
  }
  if (/^GET \/(foundation-models|inference-profiles)\b/.test(head)) {
    socket.write(noModels)
    return
  }
  const lane = lanes[head.includes('/model/') ? 'bedrock' : 'openai']
  const paceMs = Number(/\/pace\/(\d+)\//.exec(head)?.[1] ?? 0)
  if (paceMs === 0 || !isPaced) socket.write(lane.burst)
  else sendPaced(socket, lane, paceMs)
}

function sendPaced(socket: net.Socket, { answer, opening, closing }: Lanes, paceMs: number): void {
  let sent = 0
  const frame = (): Buffer => {
    framesSent += 1
    return asChunk(answer.stamped(process.hrtime.bigint()))
  }
  socket.write(Buffer.concat([opening, frame()]))
  const timer = setInterval(() => {
    sent += 1
    if (sent < framesPerStream) return socket.write(frame())
    stop()
    return socket.write(closing)
  }, paceMs)
  const stop = (): void => {
    clearInterval(timer)
    socket.off('close', stop)
  }
  socket.once('close', stop)
}

const server = net.createServer({ noDelay: true }, socket => {
  /** Bytes of the present request's body that are still to come. */
  let missing = 0
  let head = ''
  socket.on('error', () => socket.destroy())
  socket.on('data', read => {
    if (missing > 0) missing -= read.length
    else {
      const end = read.indexOf(headEnd)
      head = read.toString('latin1', 0, end)
      missing = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) - (read.length - end - headEnd.length)
    }
    if (missing === 0) answerRequest(socket, head)
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }))
process.once('disconnect', () => process.exit())
