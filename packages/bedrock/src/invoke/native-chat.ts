import type { Capability } from '@modelgate/core'
import { lacking } from '../request/invalid-request.ts'
import type { ContentBlock, ConverseBody, ConverseMessage, InferenceConfig } from '../wire/converse-wire.ts'

/** A conversation of text, as all native bodies can tell it. */
export interface NativeChat {
  /** Empty where there are no instructions. */
  readonly system: string
  /** The user's and the assistant's in turn; never none. A last one of the assistant's is to be continued. */
  readonly turns: readonly NativeTurn[]
  readonly settings: InferenceConfig
  readonly isStreamed: boolean
}

/** What one side says before the other does. */
export interface NativeTurn {
  readonly role: ConverseMessage['role']
  readonly text: string
}

/** What of Converse is said beside the body over InvokeModel, or tells of the answer only. */
const besideBody: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'performanceConfig',
  'serviceTier',
  'requestMetadata',
])

/** The OpenAI parameter behind a member of Converse. */
const params: Readonly<Record<string, string>> = { toolConfig: 'tools' }

/**
 * A Converse body without its structure.
 * @throws {GatewayError} `invalid_request` for anything that is no text.
 */
export function toNativeChat(body: ConverseBody, isStreamed: boolean): NativeChat {
  const beyond = Object.keys(body).find(member => !besideBody.has(member))
  if (beyond !== undefined) throw beyondText(params[beyond] ?? beyond)
  return {
    system: (body.system ?? []).flatMap(textOf).join('\n'),
    turns: body.messages.map(({ role, content }) => ({ role, text: content.flatMap(textOf).join('\n') })),
    settings: body.inferenceConfig ?? {},
    isStreamed,
  }
}

/** The refusal of what only Converse can be sent. */
export function beyondText(param: string, lacks: Capability = 'tools'): ReturnType<typeof lacking> {
  const remedy = 'leave out tools and media, or name a model that is called over Converse'
  return lacking(lacks, param, `this model is called over InvokeModel, which is sent text only; ${remedy}`)
}

function textOf(block: ContentBlock | { readonly text: string }): string[] {
  if ('text' in block) return [block.text]
  // A mark of the prompt cache says nothing.
  if ('cachePoint' in block) return []
  throw beyondText('messages', 'images')
}
