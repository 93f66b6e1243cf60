import type { Exchange } from './exchange.ts'

/** One of the paths that a door serves, and what answers there. */
export interface DoorRoute {
  readonly method: string
  /** Ends in `{id}` where the rest of the path, slashes included, is an id; between slashes it is one step. */
  readonly path: string
  readonly answer: (exchange: Exchange) => Promise<void>
}
