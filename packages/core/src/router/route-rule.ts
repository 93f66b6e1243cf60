import type { RouteTarget } from './route-target.ts'

/** One value, or several of which one must fit. */
export type OneOf = string | readonly string[]

/** Bounds of a number; all that are given must hold. */
export interface Bounds {
  /** More than. */
  readonly gt?: number | undefined
  /** At least. */
  readonly gte?: number | undefined
  /** Less than. */
  readonly lt?: number | undefined
  /** At most. */
  readonly lte?: number | undefined
}

/** What is asked of a call, as data; all members that are given must hold, and at least one is. */
export interface Condition {
  /** The tier of its principal, such as `free`; a caller without one has none. */
  readonly tier?: OneOf | undefined
  /** Who pays. */
  readonly tenant?: OneOf | undefined
  /** Who calls, as its principal says; OpenAI's `user` is not asked. */
  readonly userId?: OneOf | undefined
  /** By name. Tags are given in process; a call over the door has none. */
  readonly tags?: Readonly<Record<string, OneOf>> | undefined
  /** The estimated length of the prompt: about 3.6 bytes a token. */
  readonly promptTokens?: Bounds | undefined
  /** Whether the request offers tools. */
  readonly tools?: boolean | undefined
  /** Whether the request holds images. */
  readonly images?: boolean | undefined
  /** Whether the answer is asked for as a stream. */
  readonly stream?: boolean | undefined
}

/** Where calls go on which a condition holds: to another route, or to these targets by the strategy of the rule's own route. */
export interface RouteRule<T extends string = string, Name extends string = string> {
  /** Which calls it takes. */
  readonly if: Condition
  /** The name of another route, or targets of its own. */
  readonly use: Name | readonly RouteTarget<T>[]
}
