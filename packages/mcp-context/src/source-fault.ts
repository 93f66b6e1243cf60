import type { AddedContext } from '@modelgate/core'

/** Why a source gave nothing. */
export interface SourceFault {
  readonly reason: NonNullable<AddedContext['reason']>
  /** What it threw, or what was wrong with its answer; absent where it was not asked. */
  readonly error?: unknown
}
