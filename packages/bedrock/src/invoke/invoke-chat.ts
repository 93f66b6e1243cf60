import type { Handler } from '@modelgate/core'
import { type ChatParts, createChatHandler } from '../chat.ts'
import type { ModelCapabilities } from '../models.ts'
import { remembered } from '../remembered.ts'
import { createInvokeRuntime } from './invoke-runtime.ts'
import { nativeFamilyOf } from './native-families.ts'
import { refuseBeyondText } from './text-only.ts'

/** What the InvokeModel lane needs of its provider. */
export interface InvokeChatParts extends ChatParts {
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
}

/** Chats over InvokeModel, for models that Converse does not serve: text in, text out. */
export function createInvokeChat({ baseOf, ...parts }: InvokeChatParts): Handler<'chat'> {
  const { runtime, capabilitiesOf } = parts
  const familyOf = remembered(model => nativeFamilyOf(baseOf(model)))
  const chat = createChatHandler({
    ...parts,
    runtime: createInvokeRuntime(runtime, familyOf),
    capabilitiesOf: remembered(
      (model): ModelCapabilities => ({
        ...capabilitiesOf(model),
        ...familyOf(model).capabilities,
        streamsTools: true,
        // The bodies are sent text only: nothing holds the model to a schema, and no mark stands among them.
        structuredOutput: 'prompt',
        caching: undefined,
      }),
    ),
  })
  return async call => {
    refuseBeyondText(call.request)
    return chat(call)
  }
}
