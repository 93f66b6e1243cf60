import { parseArgs } from 'node:util'
import { cellName, cells } from './cells.ts'
import { benchCold } from './cold/cold.ts'
import { type Contestant, peers } from './contestants.ts'
import { type FailoverResult, failoverLines } from './failover/failover-figures.ts'
import { failoverCell, runFailover } from './failover/run-failover.ts'
import { goals } from './goals.ts'
import { installPeers } from './machine/peers.ts'
import { describeMachine, installPrograms } from './machine/programs.ts'
import { cellLines, judge, type Verdict, verdictLines } from './report.ts'
import { writeResults } from './results/write-results.ts'
import { type CellResult, runCell } from './run.ts'
import { benchSize } from './size.ts'
import { benchSoak } from './soak/soak.ts'

const usage = `npx -y pnpm@12 bench [--goals] [--starts 2] [--rounds 4] [--seconds 1] [--among bare,modelgate] [words…]

Measures the gateway beside a bare proxy and nginx, in interleaved rounds. Words choose the cells that have them all in their
names, such as: openai burst c=32, or two. --among: only these contestants, and the floor; nothing is written. --goals: only the cells that a goal is measured in. Writes bench/results: a page, charts, and every round.
size alone: what createGateway weighs in a bundle. soak alone: memory and sockets over --minutes (10) of load, and the floor's beside; in less code is still compiled.
BENCH_FRAMES=1000 makes the streams that long, so that a frame is told from its call; nothing is written.
The word cold alone: from the start of a Lambda's process to its first streamed byte, beside the AWS SDK's client (20 rounds).
Ends with 1 when a gate is missed, with 2 when a goal's cell, or the one of a throttled target, is void, with 3 when it could not measure.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    goals: { type: 'boolean', default: false },
    starts: { type: 'string', default: '2' },
    rounds: { type: 'string' },
    among: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

/** What is measured by itself, in processes of its own kind. */
const alone: Readonly<Record<string, () => Promise<number>>> = {
  cold() {
    installPeers()
    return benchCold(Number(values.rounds ?? 20))
  },
  size: benchSize,
  soak: () => benchSoak(Number(values.minutes), progress),
}

if (values.help) {
  console.log(usage)
} else {
  try {
    process.exitCode = await (alone[positionals.join()] ?? bench)()
  } catch (error) {
    console.error(error)
    // At once: contestants that still run would keep it from ending.
    process.exit(3)
  }
}

async function bench(): Promise<number> {
  installPrograms()
  const machine = describeMachine()
  console.log(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
  )
  const goalCells = new Set(goals.map(({ cell }) => cellName(cell)))
  const chosen = cells
    .filter(cell => {
      const name = cellName(cell)
      return (!values.goals || goalCells.has(name)) && isNamed(name)
    })
    .map(cell => ({ ...cell, contestants: cell.contestants.filter(isAmong) }))
  const withFailover = !values.goals && isNamed(failoverCell)
  if (chosen.length === 0 && !withFailover)
    throw new Error(`No cell has all of these words: ${positionals.join(' ')}.\n\n${usage}`)
  if (chosen.some(({ contestants }) => contestants.some(name => peers.has(name)))) installPeers()
  const [starts, rounds, seconds] = [Number(values.starts), Number(values.rounds ?? 4), Number(values.seconds)]
  if (!(starts >= 1) || !(rounds >= 1) || !(seconds >= 1))
    throw new Error(`--starts, --rounds and --seconds are numbers from 1 on.\n\n${usage}`)
  const results: CellResult[] = []
  for (const cell of chosen) {
    const result = await runCell(cell, {
      starts,
      rounds,
      seconds,
      onProgress: text => progress(`[${results.length + 1}/${chosen.length}] ${text}`),
    })
    progress('')
    results.push(result)
    console.log(cellLines(result).join('\n'))
    // After each: what was measured must not be lost with what comes after. The page has cells in which all were asked, as they are.
    if (values.among === undefined && process.env.BENCH_FRAMES === undefined) writeResults(machine, [result])
  }
  const failover = withFailover ? await runFailover(starts * rounds, progress) : undefined
  progress('')
  if (failover) console.log(failoverLines(failover).join('\n'))
  const verdicts = judge(results)
  if (failover) writeResults(machine, [], failover)
  if (verdicts.length > 0) console.log(['', ...verdictLines(verdicts)].join('\n'))
  return exitCode(verdicts, failover)
}

function isAmong(contestant: Contestant): boolean {
  return values.among === undefined || contestant === 'bare' || values.among.split(',').includes(contestant)
}

function isNamed(cell: string): boolean {
  return positionals.every(word => ` ${cell} `.includes(` ${word} `))
}

function exitCode(verdicts: readonly Verdict[], failover: FailoverResult | undefined): number {
  if (verdicts.some(({ verdict }) => verdict === 'missed')) return 1
  return failover?.void !== undefined || verdicts.some(({ verdict }) => verdict === 'void') ? 2 : 0
}

/** One line that is written over, where somebody looks. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}
