import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cores, startNode } from '../machine/processes.ts'
import { median } from '../statistics.ts'
import { pacePath } from '../upstream/requests.ts'
import { bundle, type ColdContestant, coldContestants } from './bundles.ts'

/** From the start of a process to the first byte of a streamed answer, compared with the same handler over the SDK's client. */
const goal = { gate: 0.65, stretch: 0.6, kilobytes: 600 } as const

interface ColdStart {
  readonly wallMs: number
  /** Of the process, Node's own start included. */
  readonly cpuMs: number
}

interface Told {
  readonly statusCode: number
  readonly begun: string
  readonly cpuMs: number
}

/**
 * `pnpm bench cold`: both in turn, each round in the other order.
 * @returns 1 where the gate is missed, else 0
 */
export async function benchCold(rounds: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'modelgate-cold-'))
  try {
    await using upstream = await startNode('../upstream/stream-upstream.ts', 'load')
    const bundles = {
      modelgate: await bundle('modelgate', directory),
      'modelgate-sdk': await bundle('modelgate-sdk', directory),
    }
    const all: Record<ColdContestant, ColdStart>[] = []
    // The first of each reads its file from the disk.
    for (let index = -1; index < rounds; index += 1) {
      const round: Partial<Record<ColdContestant, ColdStart>> = {}
      for (const contestant of index % 2 === 0 ? coldContestants : coldContestants.toReversed()) {
        round[contestant] = await startCold(bundles[contestant].file, upstream.url + pacePath(0))
      }
      if (index >= 0) all.push(round as Record<ColdContestant, ColdStart>)
    }
    for (const contestant of coldContestants) console.log(line(contestant, bundles[contestant].kilobytes, all))
    return judge(all, bundles.modelgate.kilobytes)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function startCold(file: string, endpoint: string): Promise<ColdStart> {
  const startedAt = performance.now()
  const child = fork(fileURLToPath(new URL('first-byte.mjs', import.meta.url)), [file], {
    execPath: 'taskset',
    execArgv: ['-c', String(cores.contestant), process.execPath],
    // As Lambda sets them: keys of a role with a token, and nothing of whose shell this is.
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
      AWS_ACCESS_KEY_ID: 'AKIABENCH',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_SESSION_TOKEN: 'token',
      MODELGATE_API_KEY: 'bench',
    },
  })
  const exited = once(child, 'exit')
  const [told] = (await Promise.race([once(child, 'message'), exited])) as [Told | number | null]
  const wallMs = performance.now() - startedAt
  await exited
  if (typeof told !== 'object' || told?.statusCode !== 200 || told.begun !== 'data: {') {
    throw new Error(`${file} did not begin to stream: ${JSON.stringify(told)}`)
  }
  return { wallMs, cpuMs: told.cpuMs }
}

type Rounds = readonly Record<ColdContestant, ColdStart>[]

function line(contestant: ColdContestant, kilobytes: number, rounds: Rounds): string {
  const [wallMs, cpuMs] = (['wallMs', 'cpuMs'] as const).map(figure =>
    median(rounds.map(round => round[contestant][figure])).toFixed(0),
  )
  return `${contestant.padEnd(14)} ${String(kilobytes).padStart(5)} KB   first byte after ${wallMs} ms   CPU ${cpuMs} ms`
}

/** By the median of the rounds' own ratios: what disturbed a round disturbed both. */
function judge(rounds: Rounds, kilobytes: number): number {
  const [wall, cpu] = (['wallMs', 'cpuMs'] as const).map(figure =>
    median(rounds.map(round => round.modelgate[figure] / round['modelgate-sdk'][figure])),
  ) as [number, number]
  const reached = wall <= goal.stretch ? 'stretch' : wall <= goal.gate ? 'gate' : 'missed'
  console.log(
    `cold start     ${wall.toFixed(2)} of the SDK client's (CPU ${cpu.toFixed(2)}); gate ${goal.gate}, stretch ${goal.stretch}: ${reached}`,
  )
  console.log(
    `bundle         ${kilobytes} KB; gate ${goal.kilobytes}: ${kilobytes <= goal.kilobytes ? 'gate' : 'missed'}`,
  )
  return reached === 'missed' || kilobytes > goal.kilobytes ? 1 : 0
}
