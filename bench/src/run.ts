import { isClosed, paceOf } from './asked.ts'
import { type Cell, cellName } from './cells.ts'
import type { Contestant } from './contestants.ts'
import { hasCoresForTwo, type Server, startNode } from './machine/processes.ts'
import { type Figures, measure, measureDirect, type Round } from './measure.ts'
import { Servers, startChecked, unablePeers } from './servers.ts'
import { median } from './statistics.ts'
import { startCompletionUpstream } from './upstream/nginx.ts'
import { wake, warmUp } from './warm-up.ts'

export interface RunOptions {
  /** How often all contestants are started anew. */
  readonly starts: number
  /** Of each start. */
  readonly rounds: number
  readonly seconds: number
  readonly onProgress: (text: string) => void
}

export interface CellResult {
  readonly cell: Cell
  /** Medians over the rounds. */
  readonly figures: Readonly<Partial<Record<Contestant, Figures>>>
  /** Each round's figures, so that whoever doubts a median can look. */
  readonly rounds: readonly Readonly<Partial<Record<Contestant, Figures>>>[]
  /** Peers that cannot do what the cell asks for, and what they answered. They have no figures. */
  readonly unable?: Readonly<Partial<Record<Contestant, string>>>
  /** Why the cell says nothing; absent where it does. */
  readonly void?: string
}

type RoundOfAll = Partial<Record<Contestant, Round>>

/** So many times the floor's throughput the load and the upstream must manage by themselves. */
const neededCapacity = 2

/**
 * Measures one cell: its contestants are started, checked, warmed up, and measured in turn, each round in the other order. Turns of a round
 * come one right after the other, since a shared machine is another from minute to minute; and all are started more than once, since what
 * V8 makes of the same code differs from one process to the next.
 */
export async function runCell(asked: Cell, options: RunOptions): Promise<CellResult> {
  await using upstream = await (paceOf[asked.mode] === undefined
    ? startCompletionUpstream()
    : startNode('../upstream/stream-upstream.ts', 'load'))
  const unable = await unablePeers(asked, upstream)
  const cell = { ...asked, contestants: asked.contestants.filter(contestant => unable[contestant] === undefined) }
  const rounds: RoundOfAll[] = []
  const capacities: number[] = []
  // Where each turn has a process of its own, each round is a start.
  const starts = cell.mode === 'open' ? 1 : options.starts
  for (let start = 1; start <= starts; start += 1) {
    const told = (text: string): void => options.onProgress(`${cellName(cell)}: start ${start} of ${starts}, ${text}`)
    await using servers = await startWarm(cell, upstream, told)
    for (let index = 0; index < options.rounds; index += 1) {
      told(`round ${index + 1} of ${options.rounds}`)
      const contestants = index % 2 === 0 ? cell.contestants : cell.contestants.toReversed()
      const round: RoundOfAll = {}
      for (const contestant of contestants) {
        round[contestant] = await takeTurn({ cell, upstream, contestant }, servers, options.seconds)
      }
      rounds.push(round)
      if (!isClosed(cell.mode)) continue
      const floor = round['bare-two'] ?? round.bare
      capacities.push((await measureDirect(cell, upstream)) / (floor?.figures.perSecond ?? Number.NaN))
    }
  }
  const fault = faultOf(cell, rounds, capacities)
  return {
    cell,
    figures: mediansOf(cell, rounds),
    rounds: rounds.map(round =>
      Object.fromEntries(Object.entries(round).map(([name, { figures }]) => [name, figures])),
    ),
    unable,
    ...(fault !== undefined && { void: fault }),
  }
}

/** Those that are measured warm. */
async function startWarm(cell: Cell, upstream: Server, onProgress: (text: string) => void): Promise<Servers> {
  const servers = new Servers()
  // Memory is measured of a server that has not worked yet: what an earlier load left behind would hide what a stream takes.
  if (cell.mode === 'open') return servers
  for (const contestant of cell.contestants) {
    onProgress(`${contestant} is warmed up`)
    const server = await startChecked(cell, upstream, contestant)
    servers.set(contestant, server)
    await warmUp({ cell, server, upstream, answerBytes: server.answerBytes })
  }
  return servers
}

interface Turn {
  readonly cell: Cell
  readonly upstream: Server
  readonly contestant: Contestant
}

async function takeTurn({ cell, upstream, contestant }: Turn, warm: Servers, seconds: number): Promise<Round> {
  const known = warm.get(contestant)
  await using fresh = known ? undefined : await startChecked(cell, upstream, contestant)
  const server = known ?? fresh!
  const subject = { cell, server, upstream, answerBytes: server.answerBytes }
  if (known) await wake(subject)
  // Awaited here: a fresh one ends with this turn.
  return await measure(subject, seconds)
}

function faultOf({ mode }: Cell, rounds: readonly RoundOfAll[], capacities: readonly number[]): string | undefined {
  const all = rounds.flatMap(round => Object.entries(round))
  const failed = all.find(([, { fault }]) => fault !== undefined)
  if (failed) return `${failed[0]} ${failed[1].fault}`
  if (mode === 'two' && !hasCoresForTwo) {
    return 'two processes share their cores with the load; CPU a request holds, throughput does not'
  }
  // None were measured where streams are paced; one that is no number is no capacity.
  if (capacities.length > 0 && !(median(capacities) >= neededCapacity)) {
    return `load and upstream manage ${median(capacities).toFixed(2)}× the floor only`
  }
  const share = median(rounds.flatMap(round => round.bare?.loadShare ?? []))
  if (share > 1 / neededCapacity) return `load and upstream need ${Math.round(share * 100)} % of their core`
  return undefined
}

function mediansOf(cell: Cell, rounds: readonly RoundOfAll[]): CellResult['figures'] {
  return Object.fromEntries(
    cell.contestants.map(contestant => {
      const all = rounds.flatMap(round => round[contestant]?.figures ?? [])
      const names = Object.keys(all[0] ?? {}) as (keyof Figures)[]
      return [contestant, Object.fromEntries(names.map(name => [name, median(all.map(figures => figures[name]!))]))]
    }),
  )
}
