import type { Contestant } from './contestants.ts'
import type { Lane } from './upstream/answers.ts'

/** `whole`: no stream. `burst`: 100 frames at once. `paced`: 100 frames, 10 ms apart. `open`: 1,000 streams, 100 ms apart. */
export type Mode = 'whole' | 'burst' | 'paced' | 'open'

export const paceOf: Readonly<Record<Mode, number | undefined>> = { whole: undefined, burst: 0, paced: 10, open: 100 }

/** One thing to measure: every contestant in turn, round after round. */
export interface Cell {
  readonly lane: Lane
  /** Size of the request. */
  readonly kilobytes: 1 | 100
  readonly mode: Mode
  /** Requests, or streams, under way at a time. */
  readonly concurrency: number
  readonly contestants: readonly Contestant[]
}

const usual: readonly Contestant[] = ['bare', 'nginx', 'modelgate']

export const cells: readonly Cell[] = (['openai', 'bedrock'] as const).flatMap(lane => [
  ...(['whole', 'burst', 'paced'] as const).flatMap(mode =>
    ([1, 100] as const).flatMap(kilobytes =>
      [1, 32, 256].map(concurrency => ({
        lane,
        kilobytes,
        mode,
        concurrency,
        contestants: [...usual, ...alsoMeasured(lane, mode, kilobytes, concurrency)],
      })),
    ),
  ),
  { lane, kilobytes: 1 as const, mode: 'open' as const, concurrency: 1_000, contestants: usual },
])

/** The gateway's other transports, and what its policy costs: one cell tells all of them. */
function alsoMeasured(lane: Lane, mode: Mode, kilobytes: number, concurrency: number): readonly Contestant[] {
  if (mode !== 'whole' || kilobytes !== 1 || concurrency !== 32) return []
  return lane === 'bedrock'
    ? ['modelgate-sdk']
    : [
        'modelgate-node',
        'modelgate-open',
        'modelgate-policy',
        'modelgate-telemetry',
        'bare-policy',
        'modelgate-hit',
        'modelgate-miss',
      ]
}

export function cellName({ lane, kilobytes, mode, concurrency }: Omit<Cell, 'contestants'>): string {
  return `${lane} ${mode} ${kilobytes}KB c=${concurrency}`
}
