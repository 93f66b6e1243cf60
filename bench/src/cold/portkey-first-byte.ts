import { once } from 'node:events'
import http from 'node:http'
import { startContestant } from '../contestants.ts'
import { cpuMicroseconds } from '../machine/usage.ts'
import { requestOf } from '../upstream/requests.ts'
import type { ColdStart } from './cold-start.ts'

/** Portkey's server from the start of its process to the first byte of a stream of Bedrock's, which is the lane it can stream. */
export async function startPortkeyCold(upstream: string): Promise<ColdStart> {
  const place = { lane: 'bedrock', mode: 'burst' } as const
  const startedAt = performance.now()
  await using server = await startContestant('portkey', { ...place, upstream })
  const request = http.request(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...server.headers },
  })
  request.end(requestOf({ ...place, kilobytes: 1 }, server.model))
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  const [begun] = (await once(answer, 'data')) as [Buffer]
  const cold = { wallMs: performance.now() - startedAt, cpuMs: cpuMicroseconds(server.pids) / 1_000 }
  if (answer.statusCode !== 200 || !begun.toString().startsWith('data: {')) {
    throw new Error(`Portkey did not begin to stream: ${answer.statusCode} ${begun.toString().slice(0, 100)}`)
  }
  request.destroy()
  return cold
}
