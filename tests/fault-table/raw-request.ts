import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { PlainAnswer } from './told-story.ts'

export interface RawRequest {
  readonly port: number
  readonly body: string | Buffer
  readonly headers?: http.OutgoingHttpHeaders
}

/** A chat whose bytes and headers are the story's own, over a connection of its own. */
export async function sendRaw({ port, body, headers }: RawRequest): Promise<PlainAnswer> {
  const request = http.request({
    port,
    path: '/v1/chat/completions',
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-story', ...headers },
  })
  // The gateway closes on who sends too much, who then cannot write any more.
  request.on('error', () => undefined)
  request.end(body)
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  answer.setEncoding('utf8')
  for await (const read of answer) text += read as string
  return { status: answer.statusCode ?? 0, headers: answer.headers, text }
}

/** Writes some bytes and then nothing; what came until the server hung up. */
export async function sendPart(port: number, part: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', read => {
    text += String(read)
  })
  socket.on('error', () => undefined)
  socket.write(part)
  await once(socket, 'close')
  return text
}
