import type { KeyAdmin } from '@modelgate/core'
import type { KeyPlace } from './key-view.ts'

/** A store whose keys can be given out and revoked. */
export interface AdministeredKeys {
  readonly keptIn: KeyPlace
  readonly admin: KeyAdmin
}
