import type { Cell } from './cells.ts'
import type { Contestant } from './contestants.ts'
import type { Figures } from './measure.ts'

/** A ratio that the project promises, and one that it would be proud of. */
export interface Goal {
  readonly name: string
  readonly cell: Omit<Cell, 'contestants'>
  readonly figure: keyof Figures
  /** Who is to reach it. Default: `modelgate`. */
  readonly contestant?: Contestant
  /** Compared with the floor where none is named. */
  readonly against?: Contestant
  /** At most where less is better, else at least. */
  readonly gate: number
  readonly stretch: number
}

/** Figures of which less is better; of the others more is. */
export const lessIsBetter: ReadonlySet<keyof Figures> = new Set([
  'cpuUs',
  'medianUs',
  'firstContentUs',
  'frameDelayUs',
  'frameDelayP99Us',
  'kilobytesPerStream',
  'sentPerRead',
])

const cell = (lane: Cell['lane'], mode: Cell['mode'], concurrency: number, kilobytes: 1 | 100 = 1): Goal['cell'] => ({
  lane,
  kilobytes,
  mode,
  concurrency,
})

type Row = readonly [name: string, cell: Goal['cell'], figure: Goal['figure'], gate: number, stretch: number]

/** Goals of one contestant against one other. */
function beside(against: Contestant, contestant: Contestant, rows: readonly Row[]): Goal[] {
  return rows.map(([name, cell, figure, gate, stretch]) => ({
    name: against === 'bare' ? name : `against ${name}`,
    cell,
    figure,
    contestant,
    against,
    gate,
    stretch,
  }))
}

function heldOpen(what: string, lane: Cell['lane'], against: Contestant): Goal {
  return {
    name: `memory per open stream, ${what}`,
    cell: cell(lane, 'open', 1_000),
    figure: 'kilobytesPerStream',
    contestant: 'modelgate-young-held',
    against,
    gate: 1.5,
    stretch: 1.25,
  }
}

export const goals: readonly Goal[] = [
  { name: 'OpenAI, CPU a request', cell: cell('openai', 'whole', 32), figure: 'cpuUs', gate: 1.35, stretch: 1.15 },
  { name: 'OpenAI, throughput', cell: cell('openai', 'whole', 32), figure: 'perSecond', gate: 0.75, stretch: 0.9 },
  { name: 'OpenAI, burst, CPU', cell: cell('openai', 'burst', 32), figure: 'cpuUs', gate: 1.35, stretch: 1.15 },
  { name: 'OpenAI, burst', cell: cell('openai', 'burst', 32), figure: 'perSecond', gate: 0.8, stretch: 0.97 },
  { name: 'Bedrock, throughput', cell: cell('bedrock', 'whole', 32), figure: 'perSecond', gate: 0.45, stretch: 0.6 },
  { name: 'Bedrock, burst', cell: cell('bedrock', 'burst', 32), figure: 'perSecond', gate: 0.3, stretch: 0.45 },
  {
    name: 'Bedrock, lean transport against the SDK client',
    cell: cell('bedrock', 'whole', 32),
    figure: 'perSecond',
    against: 'modelgate-sdk',
    gate: 4,
    stretch: 6,
  },
  { name: 'paced stream, CPU a frame', cell: cell('openai', 'paced', 32), figure: 'cpuUs', gate: 1.15, stretch: 1.05 },
  {
    name: 'keys, limits and log on, CPU',
    cell: cell('openai', 'whole', 32),
    figure: 'cpuUs',
    contestant: 'modelgate-policy',
    against: 'modelgate-open',
    gate: 1.05,
    stretch: 1.03,
  },
  {
    // The one above asks less than the least of such a policy costs, on a server that does nothing else.
    name: 'keys, limits and log on, beside the least of them',
    cell: cell('openai', 'whole', 32),
    figure: 'cpuUs',
    contestant: 'modelgate-policy',
    against: 'bare-policy',
    gate: 1.35,
    stretch: 1.15,
  },
  {
    name: 'logs, metrics and traces on, CPU',
    cell: cell('openai', 'whole', 32),
    figure: 'cpuUs',
    contestant: 'modelgate-telemetry',
    against: 'modelgate',
    gate: 1.08,
    stretch: 1.05,
  },
  {
    // Likewise: two spans of the SDK and a line of JSON cost more than that by themselves.
    name: 'logs, metrics and traces on, beside the least of them',
    cell: cell('openai', 'whole', 32),
    figure: 'cpuUs',
    contestant: 'modelgate-telemetry',
    against: 'bare-telemetry',
    gate: 1.5,
    stretch: 1.35,
  },
  ...beside('modelgate-miss', 'modelgate-hit', [
    ['a miss, a cache hit', cell('openai', 'whole', 32), 'perSecond', 3, 4],
    ['a miss, a cache hit, burst', cell('openai', 'burst', 32), 'perSecond', 3, 4],
    ['a miss, a cache hit, Bedrock', cell('bedrock', 'whole', 32), 'perSecond', 3, 4],
  ]),
  ...beside('bare', 'modelgate-policy', [
    ['full policy', cell('openai', 'whole', 32), 'perSecond', 0.75, 0.88],
    ['full policy, CPU', cell('openai', 'whole', 32), 'cpuUs', 1.35, 1.18],
    ['full policy, burst', cell('openai', 'burst', 32), 'perSecond', 0.8, 0.96],
    ['full policy, Bedrock', cell('bedrock', 'whole', 32), 'perSecond', 0.45, 0.65],
    ['full policy, Bedrock, burst', cell('bedrock', 'burst', 32), 'perSecond', 0.3, 0.45],
  ]),
  ...beside('portkey', 'modelgate', [
    ['Portkey', cell('openai', 'whole', 32), 'perSecond', 8, 14],
    ['Portkey, burst', cell('openai', 'burst', 32), 'perSecond', 5, 9],
    ['Portkey, Bedrock', cell('bedrock', 'whole', 32), 'perSecond', 7, 12],
    ['Portkey, Bedrock, burst', cell('bedrock', 'burst', 32), 'perSecond', 4, 6],
    ['Portkey, memory a stream', cell('openai', 'open', 1_000), 'kilobytesPerStream', 0.5, 0.33],
    ['Portkey, Bedrock, memory a stream', cell('bedrock', 'open', 1_000), 'kilobytesPerStream', 0.5, 0.33],
  ]),
  {
    name: 'time to first content',
    cell: cell('openai', 'paced', 1),
    figure: 'firstContentUs',
    gate: 1.25,
    stretch: 1.1,
  },
  { name: '100 KB prompt', cell: cell('openai', 'whole', 32, 100), figure: 'perSecond', gate: 0.7, stretch: 0.85 },
  {
    // To decode and parse it takes two thirds of what the one above leaves, on a server that does nothing else.
    name: '100 KB prompt, beside a floor that parses it',
    cell: cell('openai', 'whole', 32, 100),
    figure: 'perSecond',
    against: 'bare-parse',
    gate: 0.85,
    stretch: 0.95,
  },
  {
    name: 'memory per open stream',
    cell: cell('openai', 'open', 1_000),
    figure: 'kilobytesPerStream',
    gate: 1.5,
    stretch: 1.25,
  },
  ...(['openai', 'bedrock'] as const).flatMap(lane => [
    // As examples/alb deploys it, beside a floor without, which gains nothing by it.
    heldOpen(`${lane}, as examples/alb runs it`, lane, 'bare'),
    heldOpen(`${lane}, young generation held`, lane, 'bare-young-held'),
  ]),
]

/** Whether a ratio reaches a bound. */
export function reaches({ figure }: Goal, ratio: number, bound: number): boolean {
  return lessIsBetter.has(figure) ? ratio <= bound : ratio >= bound
}
