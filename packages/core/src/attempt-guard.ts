import type { Call } from './contract.ts'
import type { GatewayError } from './errors.ts'

/** Decides before each attempt whether its target may be asked, and learns how the attempt ended. */
export interface AttemptGuard {
  /**
   * Asked with the attempt in `call.context.attempt`. `lastResort` says that no other target is left: what only prefers others then
   * lets the attempt pass.
   * @throws {GatewayError} why the call was aborted, where it had to wait
   */
  admit(call: Call, lastResort: boolean): GuardDecision | Promise<GuardDecision>
}

/** Whether an attempt may be made. */
export type GuardDecision = AttemptPermit | AttemptRefusal

/** An attempt may be made. */
export interface AttemptPermit {
  readonly isRefused: false
  /** To be called where the answer is a stream and its first content has come. */
  answered?(): void
  /**
   * To be called when the attempt has ended, its stream read included; the first time counts. `undefined`: it was answered whole.
   * Gives the milliseconds for which no call is to ask the target from now on; 0 where it may be asked.
   */
  end(error: GatewayError | undefined): number
}

/** An attempt was not made: its target heard nothing of it. */
export interface AttemptRefusal {
  readonly isRefused: true
  /** As it stands among the attempts. */
  readonly code: 'circuit_open' | 'bulkhead_full' | 'cooling_down'
  /** Whether the target may be asked all the same, once no other one is left. */
  readonly yieldsToNeed: boolean
  /** Told to the caller where no target was asked. */
  readonly error: GatewayError
}
