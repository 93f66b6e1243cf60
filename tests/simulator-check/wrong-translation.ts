import type { BedrockChatRequest } from '@modelgate/bedrock'
import type { Edit } from './edit-json.ts'

/** A request as it goes to an upstream, without its credentials. */
export interface Sent {
  /** In the path for Converse and InvokeModel, in the body for chat completions. */
  readonly model: string
  /** Whether it goes to ConverseStream, or to InvokeModelWithResponseStream. */
  readonly stream: boolean
  readonly body: unknown
}

/** A step that a wrong translator would make. */
export interface WrongTranslation {
  /** To be read after "a translator that". */
  readonly wrong: string
  /** The right request, as a client of OpenAI's API makes it; what our own translator makes of it must be accepted. */
  readonly request: BedrockChatRequest
  /** From what was rightly sent to what is wrong. */
  readonly step: (sent: Sent) => Sent
}

/** By the id of the rule that must refuse it. */
export type WrongTranslations = Readonly<Record<string, WrongTranslation>>

/** A wrong step in the body. */
export function inBody(edit: Edit): WrongTranslation['step'] {
  return sent => ({ ...sent, body: edit(sent.body) })
}
