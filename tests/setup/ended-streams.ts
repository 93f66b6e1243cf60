import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventFrame, exceptionFrame } from '../../packages/bedrock/test/frames.ts'

/** How an upstream's stream ends. After its last byte it may end well, break, or stay open and silent. */
export const endings = [
  'whole',
  'no end mark',
  'no usage',
  'cut',
  'cut after the finish',
  'fault',
  'late fault',
] as const
export const lastly = ['end', 'break', 'silence'] as const
export type Lane = 'bedrock' | 'openai'

/** What an upstream sends for one call. */
export interface EndedStream {
  readonly lane: Lane
  readonly words: number
  readonly ending: (typeof endings)[number]
  readonly lastly: (typeof lastly)[number]
  /** Bytes of each write; 0: all in one. */
  readonly pieceBytes: number
}

/** Whether the answer is one: told to its finish, and not taken back. */
export function isAnswer({ ending }: EndedStream): boolean {
  return ending !== 'cut' && ending !== 'fault' && ending !== 'late fault'
}

const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm' }
const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }
const event = (value: unknown): Uint8Array => Buffer.from(`data: ${JSON.stringify(value)}\n\n`)
const chunk = (delta: object, finish_reason: string | null = null): Uint8Array =>
  event({ ...head, choices: [{ index: 0, delta, finish_reason }] })

const lanes = {
  openai: {
    word: chunk({ content: 'word ' }),
    finish: chunk({}, 'stop'),
    usage: event({ ...head, choices: [], usage }),
    done: Buffer.from('data: [DONE]\n\n'),
    fault: event({ error: { message: 'boom', type: 'server_error' } }),
  },
  bedrock: {
    word: eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'word ' } }),
    finish: eventFrame('messageStop', { stopReason: 'end_turn' }),
    usage: eventFrame('metadata', { usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 } }),
    done: new Uint8Array(),
    fault: exceptionFrame('modelStreamErrorException', 'boom'),
  },
} as const satisfies Record<Lane, unknown>

function bytesOf({ lane, words, ending }: EndedStream): Buffer {
  const { word, finish, usage, done, fault } = lanes[lane]
  const rest = {
    whole: [finish, usage, done],
    'no end mark': [finish, usage],
    'no usage': [finish, done],
    cut: [finish.subarray(0, 20)],
    'cut after the finish': [finish, usage.subarray(0, 20)],
    fault: [fault],
    'late fault': [finish, fault],
  }[ending]
  return Buffer.concat([...Array.from({ length: words }, () => word), ...rest])
}

async function send(response: ServerResponse, stream: EndedStream): Promise<void> {
  const type = stream.lane === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream'
  response.writeHead(200, { 'content-type': type })
  const bytes = bytesOf(stream)
  const length = stream.pieceBytes || bytes.length
  for (let at = 0; at < bytes.length; at += length) {
    if (response.destroyed) return
    response.write(bytes.subarray(at, at + length))
    await new Promise(resolve => setImmediate(resolve))
  }
  if (stream.lastly === 'end') response.end()
  // What was written goes out before it.
  else if (stream.lastly === 'break') setTimeout(() => response.destroy(), 5)
}

/** An upstream of both lanes. A call's messages hold `<id>`, by which it finds what to send. */
export async function endedStreams() {
  const streams = new Map<string, EndedStream>()
  let open = 0
  const server = http.createServer(async (request, response) => {
    open += 1
    response.on('close', () => {
      open -= 1
    })
    const body = Buffer.concat(await request.toArray()).toString()
    const stream = streams.get(/<([\w-]+)>/.exec(body)?.[1] ?? '')
    if (stream) await send(response, stream)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams,
    /** Answers that are under way. */
    open: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
