import type { RouteTarget } from './route-target.ts'

/** One value, or several of which one must fit. */
export type OneOf = string | readonly string[]

/** Bounds of a number; all that are given must hold. */
export interface Bounds {
  readonly gt?: number | undefined
  readonly gte?: number | undefined
  readonly lt?: number | undefined
  readonly lte?: number | undefined
}

/** What is asked of a call, as data; all members that are given must hold, and at least one is. */
export interface Condition {
  readonly tier?: OneOf | undefined
  readonly tenant?: OneOf | undefined
  readonly userId?: OneOf | undefined
  /** By name. Tags are given in process; a call over the door has none. */
  readonly tags?: Readonly<Record<string, OneOf>> | undefined
  /** The estimated length of the prompt: about 3.6 bytes a token. */
  readonly promptTokens?: Bounds | undefined
  /** Whether the request offers tools. */
  readonly tools?: boolean | undefined
  /** Whether the request holds images. */
  readonly images?: boolean | undefined
  readonly stream?: boolean | undefined
}

/** Where calls go on which a condition holds: to another route, or to these targets by the strategy of the rule's own route. */
export interface RouteRule<T extends string = string, Name extends string = string> {
  readonly if: Condition
  readonly use: Name | readonly RouteTarget<T>[]
}
