import { arrayOf, type JsonObject, objectOf, pick, stringOf } from '../json.ts'
import type { ModelFacts } from './model-facts.ts'

/** A content block and where it stands. */
export interface BlockAt {
  /** As AWS writes places: `messages.0.content.1`. */
  readonly at: string
  readonly message: number
  readonly role: string
  readonly block: JsonObject
}

/** A Converse request, taken apart for rules and model alike. */
export interface ConverseRequest {
  readonly modelId: string
  readonly model: ModelFacts
  readonly viaProfile: boolean
  readonly streaming: boolean
  readonly body: JsonObject
  readonly messages: readonly JsonObject[]
  readonly blocks: readonly BlockAt[]
  /** Blocks inside tool results as well, at places such as `messages.2.content.0.toolResult.content.0`. */
  readonly allBlocks: readonly BlockAt[]
  readonly tools: readonly JsonObject[]
  readonly inference: JsonObject
  readonly additional: JsonObject
}

/** Takes a request's body apart. */
export function converseRequest(
  of: Pick<ConverseRequest, 'modelId' | 'model' | 'viaProfile' | 'streaming'>,
  body: unknown,
): ConverseRequest {
  const root = withoutNulls(objectOf(body))
  const messages = arrayOf(root.messages).map(objectOf)
  const blocks = messages.flatMap((message, index) =>
    arrayOf(message.content).map((block, position) => ({
      at: `messages.${index}.content.${position}`,
      message: index,
      role: stringOf(message.role) ?? '',
      block: objectOf(block),
    })),
  )
  return {
    ...of,
    body: root,
    messages,
    blocks,
    allBlocks: blocks.flatMap(place => [place, ...nested(place)]),
    tools: arrayOf(pick(root, 'toolConfig', 'tools')).map(objectOf),
    inference: withoutNulls(objectOf(root.inferenceConfig)),
    additional: objectOf(root.additionalModelRequestFields),
  }
}

/** A member that is null is none. */
function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
}

function nested(place: BlockAt): readonly BlockAt[] {
  return arrayOf(pick(place.block, 'toolResult', 'content')).map((block, index) => ({
    ...place,
    at: `${place.at}.toolResult.content.${index}`,
    block: objectOf(block),
  }))
}
