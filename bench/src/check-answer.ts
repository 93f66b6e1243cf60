import { once } from 'node:events'
import http from 'node:http'
import type { Cell } from './cells.ts'
import { type Contestant, contestantPath } from './contestants.ts'
import type { Server } from './machine/processes.ts'
import { framesPerStream, stampDigits, stampSign } from './upstream/answers.ts'
import { chatRequest } from './upstream/requests.ts'

const stamps = new RegExp(`${stampSign}\\d{${stampDigits}}${stampSign}`, 'g')

/**
 * Asks a contestant once. Nobody is timed whose answer is wrong.
 * @returns the bytes of the answer, its head included.
 */
export async function checkAnswer(
  { lane, kilobytes, mode }: Cell,
  server: Server,
  contestant: Contestant,
): Promise<number> {
  const stream = mode !== 'whole'
  const agent = new http.Agent({ keepAlive: true })
  const request = http.request(server.url + contestantPath, {
    agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
  })
  request.end(chatRequest(lane, kilobytes * 1_000, stream))
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  const { socket } = answer
  let text = ''
  for await (const read of answer) text += (read as Buffer).toString('latin1')
  const bytes = socket.bytesRead
  agent.destroy()
  const right = stream ? text.match(stamps)?.length === framesPerStream : text.includes('All is well here.')
  const whole = !stream || !contestant.startsWith('modelgate') || text.endsWith('data: [DONE]\n\n')
  if (answer.statusCode === 200 && right && whole) return bytes
  throw new Error(`${contestant} answered ${answer.statusCode}, and not what it should: ${text.slice(0, 500)}`)
}
