import type { Asked } from './asked.ts'
import type { Contestant } from './contestants.ts'

/** One thing to measure: every contestant in turn, round after round. */
export interface Cell extends Asked {
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
