import { once } from 'node:events'
import { forkPinned, startNode } from '../machine/processes.ts'
import { pacePath, requestOf } from '../upstream/requests.ts'
import type { FailoverCall, FailoverOrder } from './failover-client.ts'
import { type FailoverResult, failoverResult } from './failover-figures.ts'

const streams = 500
/** Milliseconds between a stream's hundred frames: five seconds, at a quarter of what the gateway's core can do. */
const paceMs = 50

/** Of the cell in which one of two targets throttles. */
export const failoverCell = `openai throttled 1KB c=${streams}`

/**
 * One of two targets throttles, and 500 streams are open at a time, a thousand a round. Each round has a new gateway, which does not
 * know yet; before it, it is warmed up by streams of another target's.
 */
export async function runFailover(rounds: number, onProgress: (text: string) => void): Promise<FailoverResult> {
  await using throttling = await startNode('../failover/throttling-upstream.ts', 'load')
  await using streaming = await startNode('../upstream/stream-upstream.ts', 'load')
  const all: FailoverCall[][] = []
  for (let round = 0; round < rounds; round += 1) {
    onProgress(`${failoverCell}: round ${round + 1} of ${rounds}`)
    await using gateway = await startNode('../failover/failover-gateway.ts', 'contestant', {
      THROTTLING: throttling.url,
      STREAMING: streaming.url + pacePath(paceMs),
      WARM: streaming.url + pacePath(0),
    })
    const port = Number(new URL(gateway.url).port)
    const warm = await readCalls({ port, body: requestFor('warm'), streams, times: 40 })
    const timed = await readCalls({ port, body: requestFor('fast'), streams, times: 2 })
    all.push([...timed, ...warm.filter(({ fault }) => fault !== undefined)])
  }
  return failoverResult(failoverCell, all)
}

function requestFor(route: string): string {
  return requestOf({ lane: 'openai', kilobytes: 1, mode: 'burst' }, route)
}

async function readCalls(order: FailoverOrder): Promise<FailoverCall[]> {
  const child = forkPinned('../failover/failover-client.ts', 'load')
  child.send(order)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the reader of streams ended with ${code} before it had read them`)
  })
  const [calls] = (await Promise.race([once(child, 'message'), ended])) as [FailoverCall[]]
  return calls
}
