import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readStreams } from '../load/read-streams.ts'
import { cores, startNode } from '../machine/processes.ts'
import { installPrograms } from '../machine/programs.ts'
import { requestOf, upstreamPath } from '../upstream/requests.ts'
import type { Held } from './held.ts'
import type { GatewaySample } from './soak-gateway.ts'
import { excessOf, grows, type Trend, trendOf } from './trend.ts'

/** Streams open at a time, of each of the three kinds. */
const streams = 24
/** So long a load goes on before the processes are let come to rest and looked at. */
const sliceSeconds = 5
/** The first part of the time in which code is compiled and buffers grow: no part of the slope. */
const warmUpShare = 0.3

/**
 * What V8 takes and gives back by itself is kept out of the slope: a young generation of a size that is reached in the first slice, where
 * it would be filled for minutes and grow in steps of megabytes, and no bytecode is thrown away, which would hide what grows meanwhile.
 */
const flags = ['--expose-gc', '--min-semi-space-size=4', '--max-semi-space-size=4', '--no-flush-bytecode']

/**
 * What is freed goes back to the system at once: glibc keeps it, in holes between what is still used, and resident memory then is that of
 * the fullest moment so far. https://jemalloc.net/jemalloc.3.html#opt.dirty_decay_ms
 */
const allocator = { LD_PRELOAD: 'libjemalloc.so.2', MALLOC_CONF: 'dirty_decay_ms:0,muzzy_decay_ms:0' }

interface Look<Sample extends Held> {
  readonly minute: number
  readonly held: Sample
}

/**
 * `pnpm bench soak`: paced streams, bursts and Bedrock's, of one in twenty the client leaves half-way, for some minutes, with everything
 * switched on, and the floor under the same load beside it. Every few seconds the load stops and both tell what they hold after a
 * collection: what the floor grows by, too, is Node's.
 * @returns 1 where the gateway grows beyond the noise and beyond the floor, or anything is left at the end
 */
export async function benchSoak(minutes: number, onProgress: (text: string) => void): Promise<number> {
  // Debian's Redis brings jemalloc with it.
  installPrograms()
  await using upstream = await startNode('../upstream/stream-upstream.ts', 'load')
  const gateway = forkPinned('soak-gateway.ts', upstream.url)
  const floor = forkPinned('soak-floor.ts', upstream.url)
  const [port, floorPort] = await Promise.all([portOf(gateway), portOf(floor)])
  const looks: Look<GatewaySample>[] = []
  const floorLooks: Look<Held>[] = []
  let done = 0
  const startedAt = performance.now()
  for (;;) {
    const minute = (performance.now() - startedAt) / 60_000
    if (minute >= minutes) break
    const objects = looks.at(-1)?.held.objectKilobytes.toFixed(0) ?? '?'
    onProgress(`soak: minute ${minute.toFixed(1)} of ${minutes}, ${done} streams, objects ${objects} KB`)
    const [read] = await Promise.all([load(port, 'gateway'), load(floorPort, 'floor')])
    done += read
    const held = await Promise.all([ask<GatewaySample>(gateway, 'sample'), ask<Held>(floor, 'sample')])
    looks.push({ minute, held: held[0] })
    floorLooks.push({ minute, held: held[1] })
  }
  const { left } = await ask<{ left: readonly string[] }>(gateway, 'end')
  gateway.disconnect()
  floor.disconnect()
  onProgress('')
  const open = Math.max(...looks.map(({ held }) => held.openCalls))
  console.log(`soak: ${done} streams in ${minutes} minutes, one in twenty left by its client; slopes in KB a minute`)
  const from = minutes * warmUpShare
  const leaks = figures.map(([title, figure]) =>
    isLeak(title, trendSince(from, looks, figure), trendSince(from, floorLooks, figure)),
  )
  console.log(`calls open at rest, most of ${looks.length} looks: ${open}`)
  console.log(`sockets, timers and the like left after close(): ${left.length === 0 ? 'none' : left.join(', ')}`)
  return leaks.includes(true) || open > 0 || left.length > 0 ? 1 : 0
}

const figures = [
  ['resident memory', 'residentKilobytes'],
  ['objects in the heap', 'objectKilobytes'],
  ['compiled code in the heap', 'codeKilobytes'],
] as const

function trendSince(from: number, looks: readonly Look<Held>[], figure: keyof Held): Trend {
  const steady = looks.filter(({ minute }) => minute >= from)
  if (steady.length < 3) throw new Error('--minutes is too short to tell a slope by.')
  return trendOf(steady.map(({ minute, held }) => [minute, held[figure]]))
}

/** Tells both slopes, and whether the gateway's is beyond the noise, and beyond the floor's by more than the noise of both. */
function isLeak(title: string, ours: Trend, floor: Trend): boolean {
  const excess = excessOf(ours, floor)
  const found = grows(ours) && grows(excess)
  console.log(`${title}: ${Math.round(ours.last)} KB at the end, ${slope(ours)}; the floor ${slope(floor)}`)
  console.log(`  beyond the floor ${slope(excess)}: ${found ? 'GROWS' : 'none beyond the noise'}`)
  return found
}

function forkPinned(module: string, upstream: string): ChildProcess {
  return fork(new URL(module, import.meta.url), {
    execPath: 'taskset',
    execArgv: ['-c', cores.contestant, process.execPath, '-C', 'modelgate-source', ...flags],
    env: { ...process.env, ...allocator, UPSTREAM: upstream },
  })
}

async function portOf(child: ChildProcess): Promise<number> {
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  // The loader goes on without a library that it does not find.
  if (!readFileSync(`/proc/${child.pid}/maps`, 'utf8').includes(allocator.LD_PRELOAD))
    throw new Error(`The soak needs ${allocator.LD_PRELOAD}; install it (Debian: libjemalloc2).`)
  return port
}

/** Three kinds of streams. The gateway is told by the model where to go, the floor by the path. */
async function load(port: number, who: 'gateway' | 'floor'): Promise<number> {
  const kinds = [
    { lane: 'openai', mode: 'paced', model: undefined },
    { lane: 'openai', mode: 'burst', model: 'burst/gpt-4o-mini' },
    { lane: 'bedrock', mode: 'burst', model: undefined },
  ] as const
  const told = await Promise.all(
    kinds.map(({ lane, mode, model }) => {
      const body = requestOf({ lane, kilobytes: 1, mode }, model)
      const path = who === 'floor' ? upstreamPath(lane, mode) : '/v1/chat/completions'
      return readStreams({ port, path, body, headers: {}, streams, seconds: sliceSeconds, abortShare: 0.05 })
    }),
  )
  const failures = told.reduce((sum, figures) => sum + figures.failures, 0)
  if (failures > 0) throw new Error(`${failures} streams of the ${who} broke`)
  return told.reduce((sum, figures) => sum + figures.streams, 0)
}

async function ask<T>(child: ChildProcess, question: 'sample' | 'end'): Promise<T> {
  const answered = once(child, 'message')
  child.send(question)
  const [answer] = (await answered) as [T]
  return answer
}

function slope({ perMinute, error }: Trend): string {
  return `${perMinute.toFixed(1)} ± ${(2 * error).toFixed(1)}`
}
