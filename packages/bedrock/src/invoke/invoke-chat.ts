import type { Call, Handler } from '@modelgate/core'
import { type ChatParts, createChatHandler } from '../chat.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { remembered } from '../remembered.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { createInvokeRuntime } from './invoke-runtime.ts'
import { nativeFamilyOf } from './native-families.ts'
import { refuseBeyondText } from './text-only.ts'

/** What the InvokeModel lane needs of its provider. */
interface InvokeChatParts extends ChatParts {
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
}

/** Native bodies are written of text alone: no cache points, and a schema is told in words. */
const textOnly = { streamsTools: true, caching: undefined, structuredOutput: 'prompt' } as const

/** Chats over InvokeModel, for models that Converse does not serve: text in, text out. */
export function createInvokeChat({ baseOf, ...parts }: InvokeChatParts): Handler<'chat'> {
  const { runtime, capabilitiesOf } = parts
  const familyOf = remembered(model => nativeFamilyOf(baseOf(model)))
  const chat = createChatHandler({
    ...parts,
    runtime: createInvokeRuntime(runtime, familyOf),
    capabilitiesOf: remembered(
      (model): ModelCapabilities => ({ ...capabilitiesOf(model), ...familyOf(model).capabilities, ...textOnly }),
    ),
  })
  return async call => {
    refuseBeyondText(call.request)
    noteResponsePaths(call)
    return chat(call)
  }
}

/** Only Converse finds them in the native answer. */
function noteResponsePaths({ request, context }: Call<'chat'>): void {
  const asked: BedrockChatRequest = request
  for (const name of ['additional_model_response_field_paths', 'additionalModelResponseFieldPaths'] as const) {
    if (asked[name]?.length) context.droppedParams.add(name)
  }
}
