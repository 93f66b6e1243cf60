import { once } from 'node:events'
import net from 'node:net'
import { framesPerStream, stampSign } from '../upstream/answers.ts'

/*
 * Streams from bare sockets, one after another over each, and of every one: how long its first content took, and how long the attempts
 * that failed before it, as `x-modelgate-attempts` tells. Over IPC it takes one order and gives its calls at the end.
 */

export interface FailoverOrder {
  readonly port: number
  readonly body: string
  /** Connections, each with one stream at a time. */
  readonly streams: number
  /** Streams over each. */
  readonly times: number
}

export interface FailoverCall {
  readonly firstContentMs: number
  /** Of its attempts that failed, together, in whole milliseconds; absent where none did. */
  readonly failedMs?: number
  /** What was wrong with the answer; absent where nothing was. */
  readonly fault?: string
}

const answerEnd = '0\r\n\r\n'
const frame = new RegExp(`${stampSign}\\d+${stampSign}`, 'g')

/** Reads one stream to its end. */
function readOne(socket: net.Socket, request: string): Promise<FailoverCall> {
  const startedAt = performance.now()
  let text = ''
  let firstContentMs = Number.NaN
  return new Promise(resolve => {
    const end = (): void => {
      socket.off('data', onData)
      socket.off('close', end)
      resolve(callOf(text, firstContentMs))
    }
    const onData = (read: Buffer): void => {
      text += read.toString('latin1')
      // The head comes with the first content.
      if (Number.isNaN(firstContentMs)) firstContentMs = performance.now() - startedAt
      if (text.endsWith(answerEnd)) end()
    }
    socket.on('data', onData)
    socket.on('close', end)
    socket.write(request)
  })
}

function callOf(text: string, firstContentMs: number): FailoverCall {
  const isWhole = text.startsWith('HTTP/1.1 200 ') && text.includes('data: [DONE]') && !text.includes('"error":')
  if (!isWhole || text.match(frame)?.length !== framesPerStream) return { firstContentMs, fault: text.slice(0, 300) }
  const attempts = /\r\nx-modelgate-attempts: (.*)\r\n/.exec(text)?.[1]?.split(', ') ?? []
  // A target that is left alone is named, too, and was not asked.
  const failed = attempts
    .filter(attempt => !/;(200|cooling_down);/.test(attempt))
    .map(attempt => /;(\d+)ms$/.exec(attempt)?.[1])
  if (failed.length === 0) return { firstContentMs }
  return { firstContentMs, failedMs: failed.reduce((sum, ms) => sum + Number(ms), 0) }
}

async function keepReading({ port, body, times }: FailoverOrder): Promise<FailoverCall[]> {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true })
  socket.on('error', () => socket.destroy())
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nauthorization: Bearer bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  const calls: FailoverCall[] = []
  for (let count = 0; count < times; count += 1) calls.push(await readOne(socket, request))
  socket.destroy()
  return calls
}

process.once('message', message => {
  const order = message as FailoverOrder
  void Promise.all(Array.from({ length: order.streams }, () => keepReading(order))).then(calls => {
    process.send?.(calls.flat(), () => process.disconnect())
  })
})
