import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readStreams } from '../load/read-streams.ts'
import { cores, startNode } from '../machine/processes.ts'
import { requestOf } from '../upstream/requests.ts'
import type { Sample } from './soak-gateway.ts'
import { type Trend, trendOf } from './trend.ts'

/** Streams open at a time, of each of the three kinds. */
const streams = 24
/** So long a load goes on before the process is let come to rest and looked at. */
const sliceSeconds = 5
/** The first part of the time in which code is compiled and buffers grow: no part of the slope. */
const warmUpShare = 0.2

/**
 * `pnpm bench soak`: paced streams, bursts and Bedrock's, of one in twenty the client leaves half-way, for some minutes, with everything
 * switched on. Every few seconds the load stops and the process tells what it holds after a collection.
 * @returns 1 where memory grows beyond the noise, or anything is left at the end
 */
export async function benchSoak(minutes: number, onProgress: (text: string) => void): Promise<number> {
  await using upstream = await startNode('../upstream/stream-upstream.ts', 'load')
  const gateway = forkGateway(upstream.url)
  const [{ port }] = (await once(gateway, 'message')) as [{ port: number }]
  const samples: (Sample & { readonly minute: number })[] = []
  let done = 0
  const startedAt = performance.now()
  for (;;) {
    const minute = (performance.now() - startedAt) / 60_000
    if (minute >= minutes) break
    const heap = samples.at(-1)?.heapKilobytes.toFixed(0) ?? '?'
    onProgress(`soak: minute ${minute.toFixed(1)} of ${minutes}, ${done} streams, heap ${heap} KB`)
    done += await load(port)
    samples.push({ minute: (performance.now() - startedAt) / 60_000, ...(await ask<Sample>(gateway, 'sample')) })
  }
  const { left } = await ask<{ left: readonly string[] }>(gateway, 'end')
  gateway.disconnect()
  const steady = samples.filter(({ minute }) => minute >= minutes * warmUpShare)
  if (steady.length < 3) throw new Error('--minutes is too short to tell a slope by.')
  const resident = trendOf(steady.map(({ minute, residentKilobytes }) => [minute, residentKilobytes]))
  const heap = trendOf(steady.map(({ minute, heapKilobytes }) => [minute, heapKilobytes]))
  const open = Math.max(...samples.map(({ openCalls }) => openCalls))
  onProgress('')
  console.log(`soak: ${done} streams in ${minutes} minutes, one in twenty left by its client`)
  console.log(line('resident memory', resident))
  console.log(line('heap in use', heap))
  console.log(`calls open at rest, most of ${samples.length} looks: ${open}`)
  console.log(`sockets, timers and the like left after close(): ${left.length === 0 ? 'none' : left.join(', ')}`)
  return resident.grows || heap.grows || open > 0 || left.length > 0 ? 1 : 0
}

function forkGateway(upstream: string): ChildProcess {
  return fork(new URL('soak-gateway.ts', import.meta.url), {
    execPath: 'taskset',
    execArgv: ['-c', String(cores.contestant), process.execPath, '-C', 'modelgate-source', '--expose-gc'],
    env: { ...process.env, UPSTREAM: upstream },
  })
}

async function load(port: number): Promise<number> {
  const kinds = [
    { lane: 'openai', model: undefined },
    { lane: 'openai', model: 'burst/gpt-4o-mini' },
    { lane: 'bedrock', model: undefined },
  ] as const
  const told = await Promise.all(
    kinds.map(({ lane, model }) => {
      const body = requestOf({ lane, kilobytes: 1, mode: 'paced' }, model)
      const path = '/v1/chat/completions'
      return readStreams({ port, path, body, headers: {}, streams, seconds: sliceSeconds, abortShare: 0.05 })
    }),
  )
  const failures = told.reduce((sum, figures) => sum + figures.failures, 0)
  if (failures > 0) throw new Error(`${failures} streams broke`)
  return told.reduce((sum, figures) => sum + figures.streams, 0)
}

async function ask<T>(gateway: ChildProcess, question: 'sample' | 'end'): Promise<T> {
  const answered = once(gateway, 'message')
  gateway.send(question)
  const [answer] = (await answered) as [T]
  return answer
}

function line(name: string, { perMinute, error, last, grows }: Trend): string {
  const slope = `${perMinute.toFixed(1)} ± ${(2 * error).toFixed(1)} KB a minute`
  return `${name}: ${Math.round(last)} KB at the end, ${slope}: ${grows ? 'GROWS' : 'none beyond the noise'}`
}
