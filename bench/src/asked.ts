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

/** What is asked for in a cell. */
export interface Asked {
  readonly lane: Lane
  /** Size of the request. */
  readonly kilobytes: 1 | 10 | 100
  readonly mode: Mode
}
