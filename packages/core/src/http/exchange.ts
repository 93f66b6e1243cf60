import type { Authenticate } from '../auth/authenticate.ts'
import type { AnyHandler } from '../compose.ts'
import type { ListModels } from '../list-models.ts'
import type { Principal } from '../principal.ts'
import type { AnswerHeaders, DoorRequest, Sink } from './front.ts'

/** What a door is made of. */
export interface DoorOptions {
  readonly handle: AnyHandler
  readonly deadlineMs: number
  readonly models: ListModels
  readonly auth: Authenticate | 'none' | undefined
  readonly maxBodyBytes: number
  readonly onError: (error: unknown, callId?: string) => void
  /** Resolves when what was logged is kept. */
  readonly flush: () => Promise<void>
}

/** One request being answered: what its route's answer may use. */
export interface Exchange {
  readonly door: DoorOptions
  readonly request: DoorRequest
  readonly sink: Sink
  readonly callId: string
  readonly principal: Principal | undefined
  /** Headers that stand on whatever is answered. */
  readonly headers: AnswerHeaders
  /** What stood in the place of `{id}`. */
  readonly id: string
  readonly readBody: () => Uint8Array | Promise<Uint8Array>
}
