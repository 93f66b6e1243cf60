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
import type { ColdStart } from './cold-start.ts'
import { startPortkeyCold } from './portkey-first-byte.ts'

/** From the start of a process to the first byte of a streamed answer, compared with the same handler over the SDK's client, and with a server. */
const goals = {
  'modelgate-sdk': { who: "the SDK client's", gate: 0.65, stretch: 0.55 },
  portkey: { who: "Portkey's server's", gate: 0.5, stretch: 0.4 },
} as const
const mostKilobytes = 600

interface Told {
  readonly statusCode: number
  readonly begun: string
  readonly cpuMs: number
}

/**
 * `pnpm bench cold`: both in turn, each round in the other order.
 * @returns 1 where the gate is missed, else 0
 */
export async function benchCold(rounds: number, contestants = coldContestants): Promise<number> {
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
      for (const contestant of index % 2 === 0 ? contestants : contestants.toReversed()) {
        round[contestant] =
          contestant === 'portkey'
            ? await startPortkeyCold(upstream.url)
            : await startCold(bundles[contestant].file, upstream.url)
      }
      if (index >= 0) all.push(round as Record<ColdContestant, ColdStart>)
    }
    for (const contestant of contestants) console.log(line(contestant, all))
    for (const { contestant, kilobytes } of Object.values(bundles)) console.log(`${contestant} bundle  ${kilobytes} KB`)
    const missed = contestants.filter(against => against !== 'modelgate' && isMissed(all, against))
    const { kilobytes } = bundles.modelgate
    const fits = kilobytes <= mostKilobytes
    console.log(`bundle         ${kilobytes} KB; gate ${mostKilobytes}: ${fits ? 'gate' : 'missed'}`)
    return missed.length > 0 || !fits ? 1 : 0
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function startCold(file: string, upstream: string): Promise<ColdStart> {
  const startedAt = performance.now()
  const child = fork(fileURLToPath(new URL('first-byte.mjs', import.meta.url)), [file], {
    execPath: 'taskset',
    execArgv: ['-c', cores.contestant, process.execPath],
    // As Lambda sets them: keys of a role with a token, and nothing of whose shell this is.
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: upstream + pacePath(0),
      // Asked for the region's profiles before the first call.
      AWS_ENDPOINT_URL_BEDROCK: upstream,
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

function line(contestant: ColdContestant, rounds: Rounds): string {
  const [wallMs, cpuMs] = (['wallMs', 'cpuMs'] as const).map(figure =>
    median(rounds.map(round => round[contestant][figure])).toFixed(0),
  )
  return `${contestant.padEnd(14)} first byte after ${wallMs} ms   CPU ${cpuMs} ms`
}

/** By the median of the rounds' own ratios: what disturbed a round disturbed both. */
function isMissed(rounds: Rounds, against: keyof typeof goals): boolean {
  const { who, gate, stretch } = goals[against]
  const [wall, cpu] = (['wallMs', 'cpuMs'] as const).map(figure =>
    median(rounds.map(round => round.modelgate[figure] / round[against][figure])),
  ) as [number, number]
  const verdict = wall <= stretch ? 'stretch' : wall <= gate ? 'gate' : 'missed'
  console.log(
    `cold start     ${wall.toFixed(2)} of ${who} (CPU ${cpu.toFixed(2)}); gate ${gate}, stretch ${stretch}: ${verdict}`,
  )
  return verdict === 'missed'
}
