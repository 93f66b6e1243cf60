/** Which of the upstreams' languages the first target speaks. */
export type Lane = 'Bedrock' | 'OpenAI'

/** What was asked for, and for streams how far it had come. */
export type Moment = 'whole answer' | 'before content' | 'after content'

/** One place of the table: each row has a story in each, or a reason why there is none. */
export interface Cell {
  readonly lane: Lane
  readonly moment: Moment
  /** With two, the second one is sound. */
  readonly targets: 1 | 2
}

export const lanes = ['Bedrock', 'OpenAI'] as const
export const moments = ['whole answer', 'before content', 'after content'] as const

export const cells: readonly Cell[] = lanes.flatMap(lane =>
  moments.flatMap(moment => ([1, 2] as const).map(targets => ({ lane, moment, targets }))),
)

export const cellName = ({ lane, moment, targets }: Cell): string =>
  `${lane}, ${moment}, ${targets === 1 ? 'one target' : 'two targets'}`
