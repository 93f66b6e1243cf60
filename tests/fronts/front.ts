import type { Gateway, Principal } from '@modelgate/core'

/** What some places do not let a gateway do. */
export type Ability =
  | 'gives what it has before the answer is whole'
  | 'sees its client leave'
  | 'waits for a slow reader'
  | 'leaves the body to the gateway'
  | 'takes bodies of 2 MB'
  | 'gives the gateway every path'
  | 'has routes of its own beside the gateway'
  | 'keeps connections, which an answer may close'

/** What a gateway is told by its host as it is mounted. */
export interface Mount {
  /** A prefix that the gateway stands under, such as `/llm`. */
  readonly basePath?: string | undefined
  /** Whom the host's own login found, in place of a key. */
  readonly principal?: Principal | undefined
}

/** A gateway behind one of its fronts: give it a path, have a Response. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>

export interface OpenFront extends AsyncDisposable {
  readonly ask: Ask
}

/** A place that a gateway can be mounted in. */
export interface Front {
  readonly name: string
  /** Stories that need it are not told here, for the reason given: one that the place forces. */
  readonly cannot: Readonly<Partial<Record<Ability, string>>>
  /** Has `GET /orders/7` answered by the host itself, where hosts have routes of their own. Closing it leaves the gateway open. */
  readonly open: (gateway: Gateway, mount: Mount) => Promise<OpenFront>
}
