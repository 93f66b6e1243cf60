import type { Ability } from './front.ts'
import type { FrontRig, RigSetup } from './front-rig.ts'

/** What happens between a client and a gateway, the same wherever the gateway is mounted. */
export interface FrontStory {
  /** A sentence. */
  readonly name: string
  /** What a place must be able to do for it to be told there. */
  readonly needs?: readonly Ability[] | undefined
  /** A function where each telling needs its own. */
  readonly setup?: RigSetup | (() => RigSetup) | undefined
  readonly tell: (rig: FrontRig) => Promise<void>
}
