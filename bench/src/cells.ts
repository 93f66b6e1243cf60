import type { Contestant } from './contestants.ts'
import type { Lane } from './upstream/answers.ts'

/**
 * `whole`: no stream. `burst`: 100 frames at once. `paced`: 100 frames, 10 ms apart. `open`: 1,000 streams, 100 ms apart. `aborts`: as
 * `paced`, and of one in twenty the client leaves half-way. `embeddings`: of 96 texts. `two`: as `whole`, of
 * contestants in one process and in two.
 */
export type Mode = 'whole' | 'burst' | 'paced' | 'open' | 'aborts' | 'embeddings' | 'two'

/** Milliseconds between frames; none where nothing streams. */
export const paceOf: Readonly<Record<Mode, number | undefined>> = {
  whole: undefined,
  burst: 0,
  paced: 10,
  open: 100,
  aborts: 10,
  embeddings: undefined,
  two: undefined,
}

/** Whether as many requests are made as can be answered. */
export function isClosed(mode: Mode): boolean {
  return paceOf[mode] === undefined || paceOf[mode] === 0
}

/** One thing to measure: every contestant in turn, round after round. */
export interface Cell {
  readonly lane: Lane
  /** Size of the request. */
  readonly kilobytes: 1 | 10 | 100
  readonly mode: Mode
  /** Requests, or streams, under way at a time. */
  readonly concurrency: number
  readonly contestants: readonly Contestant[]
}

const usual: readonly Contestant[] = ['bare', 'nginx', 'modelgate']
/** Who is asked, beside the usual ones, in the cells that tell them apart best. */
const more: Readonly<Record<string, readonly Contestant[]>> = {
  'openai whole 1KB c=1': ['modelgate-policy', 'modelgate-redis', 'modelgate-dynamodb', 'do-it-yourself', 'portkey'],
  'openai whole 1KB c=32': [
    'modelgate-node',
    'modelgate-open',
    'bare-young-held',
    'modelgate-young-held',
    'modelgate-policy',
    'modelgate-telemetry',
    'bare-policy',
    'bare-telemetry',
    'modelgate-hit',
    'modelgate-miss',
    'do-it-yourself',
    'portkey',
  ],
  'openai whole 100KB c=32': ['bare-parse'],
  'openai burst 1KB c=32': ['modelgate-policy', 'modelgate-hit', 'modelgate-miss', 'do-it-yourself', 'portkey'],
  'openai open 1KB c=1000': ['bare-young-held', 'modelgate-young-held', 'portkey'],
  'bedrock whole 1KB c=32': [
    'modelgate-policy',
    'modelgate-hit',
    'modelgate-miss',
    'modelgate-sdk',
    'do-it-yourself',
    'portkey',
  ],
  'bedrock burst 1KB c=32': ['modelgate-policy', 'do-it-yourself', 'portkey'],
  'bedrock open 1KB c=1000': ['bare-young-held', 'modelgate-young-held', 'portkey'],
}

type Place = Omit<Cell, 'contestants'>

const places: readonly Place[] = (['openai', 'bedrock'] as const).flatMap((lane): Place[] => [
  ...(['whole', 'burst', 'paced'] as const).flatMap(mode =>
    ([1, 100] as const).flatMap(kilobytes => [1, 32, 256].map(concurrency => ({ lane, kilobytes, mode, concurrency }))),
  ),
  { lane, kilobytes: 1, mode: 'open', concurrency: 1_000 },
  { lane, kilobytes: 1, mode: 'aborts', concurrency: 32 },
  { lane, kilobytes: 10, mode: 'embeddings', concurrency: 8 },
])

const two: Cell = {
  lane: 'openai',
  kilobytes: 1,
  mode: 'two',
  concurrency: 32,
  contestants: ['bare', 'bare-two', 'modelgate-policy', 'modelgate-policy-two'],
}

export const cells: readonly Cell[] = [
  ...places.map(place => ({ ...place, contestants: [...usual, ...(more[cellName(place)] ?? [])] })),
  two,
]

export function cellName({ lane, kilobytes, mode, concurrency }: Place): string {
  return `${lane} ${mode} ${kilobytes}KB c=${concurrency}`
}
