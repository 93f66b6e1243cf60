import type { RoutePromise } from './route-promise.ts'
import type { Scene } from './scene.ts'
import type { Asked } from './truth.ts'

/** What a story came to. */
export interface Played {
  /** The call that the row shows. */
  readonly shown: Asked
  /** In place of what the client saw in that one call, where the story is about many. */
  readonly saw?: string | undefined
  /** Whether the row counts the upstream calls of all its calls, and not of that one alone. */
  readonly countsAll?: boolean | undefined
  /** The promises that were broken, one sentence each. */
  readonly broken: readonly string[]
  /** What the configuration's own choices come to for the client. */
  readonly means?: string | undefined
  /** Whether upstreams were waited for to close: those that are open then will stay so. */
  readonly waitedForClose?: boolean | undefined
  /** US dollars, where the story had them from elsewhere than the answer. */
  readonly usd?: number | null | undefined
}

/** A failure with a name, and what a configuration promises for it. */
export interface Story {
  readonly id: string
  /** Some ten words, for people. */
  readonly title: string
  /** Whether upstreams must be given up early for it: it waits for silence to end. */
  readonly waits?: boolean | undefined
  /** Whether its calls are made at once: in the log they cannot be told apart. */
  readonly atOnce?: boolean | undefined
  /** Whether it makes sense for a route. */
  readonly suits: (promise: RoutePromise) => boolean
  readonly play: (scene: Scene) => Promise<Played>
}

/** Stories about streams are for chats. */
export function isChat({ operation }: RoutePromise): boolean {
  return operation === 'chat'
}

export function canStream(promise: RoutePromise): boolean {
  return isChat(promise) && promise.targets.some(({ streams }) => streams)
}
