import type { Gateway } from '@modelgate/core'
import type { AnswerHeadersOptions } from './answer-headers.ts'
import type { ServingState } from './serving-state.ts'

/** What the app's own routes answer from. */
export interface AppParts extends AnswerHeadersOptions {
  readonly gateway: Gateway
  readonly state: Readonly<ServingState>
  /** Told what no caller may see: the cause of a 500. */
  readonly onError: (error: unknown, requestId: string) => void
}
