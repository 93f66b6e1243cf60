/** One of a route's targets: `id/model`, or that with its share and its place. */
export type RouteTarget<T extends string = string> = T | PlacedTarget<T>

/** A target with its share and its place among a route's others. */
export interface PlacedTarget<T extends string = string> {
  /** `id/model`. */
  readonly target: T
  /** Its share with the strategies `weighted` and `sticky`, beside the others of its priority. Default 1; 0 only when they have failed. */
  readonly weight?: number | undefined
  /** Targets of a lower number come first; the strategy chooses among those of one. Default 0. */
  readonly priority?: number | undefined
}

/** `id/model` of a route's target. */
export function nameOfTarget<T extends string>(target: RouteTarget<T>): T {
  return typeof target === 'string' ? target : target.target
}
