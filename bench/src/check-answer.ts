import { once } from 'node:events'
import http from 'node:http'
import { paceOf } from './asked.ts'
import type { Cell } from './cells.ts'
import { type Contestant, contestantPath, type Running } from './contestants.ts'
import { framesPerStream, stampDigits, stampSign } from './upstream/answers.ts'
import { requestOf, textsPerRequest } from './upstream/requests.ts'

const stamps = new RegExp(`${stampSign}\\d{${stampDigits}}${stampSign}`, 'g')

/** They send on what they get; all others answer as OpenAI does. */
const isForwarding = (name: Contestant): boolean => name === 'nginx' || name.startsWith('bare')

/**
 * Asks a contestant once. Nobody is timed whose answer is wrong.
 * @returns the bytes of the answer, its head included.
 */
export async function checkAnswer(cell: Cell, server: Running, contestant: Contestant): Promise<number> {
  const stream = paceOf[cell.mode] !== undefined
  const agent = new http.Agent({ keepAlive: true })
  const request = http.request(server.url + contestantPath(cell.mode), {
    agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench', ...server.headers },
  })
  request.end(requestOf(cell, server.model))
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  const { socket } = answer
  let text = ''
  for await (const read of answer) text += (read as Buffer).toString('latin1')
  const bytes = socket.bytesRead
  agent.destroy()
  const isTranslated = !isForwarding(contestant)
  const right = stream
    ? text.match(stamps)?.length === framesPerStream
    : cell.mode === 'embeddings' && isTranslated
      ? embeddingsIn(text) === textsPerRequest
      : text.includes(cell.mode === 'embeddings' ? '"embedding' : 'All is well here.')
  const whole = !stream || !isTranslated || text.endsWith('data: [DONE]\n\n')
  if (answer.statusCode === 200 && right && whole) return bytes
  throw new Error(`${contestant} answered ${answer.statusCode}, and not what it should: ${text.slice(0, 500)}`)
}

/** Vectors in base64, as they were asked for. */
function embeddingsIn(text: string): number {
  return text.match(/"embedding":"[\w+/]+=*"/g)?.length ?? 0
}
