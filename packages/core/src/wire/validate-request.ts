import type { Fault } from './faults.ts'
import { isPlainChat } from './plain-chat.ts'
import { isPlainEmbeddings } from './plain-embeddings.ts'

/** One thing wrong with a request. `param` becomes OpenAI's `error.param`: `messages[2].role`. */
export type RequestFault = Fault

/** At once where the request is a plain one, and for all others once one of them was seen: then the schemas are there. */
export type RequestFaults = readonly RequestFault[] | Promise<readonly RequestFault[]>

/**
 * Checks what the gateway itself relies on in a chat request, and what every upstream would refuse. Unknown fields, unknown
 * kinds of content part and tool, and `null` for "as if absent" pass. `model` may be absent: the caller decides about a
 * default. The value is not copied: no faults mean that it may be used as a {@link ChatCompletionRequest}.
 * No text of messages is quoted.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export function checkChatRequest(value: object): RequestFaults {
  if (isPlainChat(value)) return none
  return schemas ? schemas.chatFaults(value) : loadSchemas().then(({ chatFaults }) => chatFaults(value))
}

/**
 * The same for an embeddings request. Of an `input` array the first item tells the kind, and all others must be of that kind.
 * @see https://developers.openai.com/api/docs/api-reference/embeddings/create
 */
export function checkEmbeddingsRequest(value: object): RequestFaults {
  if (isPlainEmbeddings(value)) return none
  return schemas
    ? schemas.embeddingsFaults(value)
    : loadSchemas().then(({ embeddingsFaults }) => embeddingsFaults(value))
}

const none: readonly RequestFault[] = []

/** What plain requests never need: a library of schemas, and the sentences it lacks. */
let schemas: typeof import('./request-schemas.ts') | undefined

/** Loads {@link schemas}, for whoever does not want to wait for them at the first request that is not plain. */
export async function loadSchemas(): Promise<typeof import('./request-schemas.ts')> {
  schemas = await import('./request-schemas.ts')
  return schemas
}
