import type { JsonObject } from '../../json.ts'
import type { Failure } from '../../script.ts'
import type { OpenaiModel } from '../models.ts'

/** One thing OpenAI's chat endpoint refuses. */
export interface ChatRule {
  readonly id: string
  /** What it says; undefined for a body that is right. */
  readonly check: (body: JsonObject, model: OpenaiModel) => Omit<Failure, 'status'> | undefined
}
