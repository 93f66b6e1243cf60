import type { CallContent } from '../../call-content.ts'
import { forChat } from '../../compose.ts'
import type { Middleware } from '../../contract.ts'
import { tapBatches } from '../../stream/tap-batches.ts'
import { BoundedText } from './bounded-text.ts'
import { addChunk, addCompletion, addMessages } from './chat-text.ts'
import { redactSecrets } from './redact-secrets.ts'

/** How prompts and completions are kept in the request log. */
export interface LogContentOptions {
  /** Takes out what nobody may read. Default: {@link redactSecrets}. Where it throws, the content is left out. */
  readonly redact?: ((text: string) => string) | undefined
  /** Characters that are kept of each of the two, from its start. Default 8,192. */
  readonly maxChars?: number | undefined
}

/**
 * Notes what chats say, for the request log alone: no report, header or error has it. Text is redacted when its record is made,
 * whole, so that a secret which came in many chunks is seen as one.
 */
export function keepContent(options: LogContentOptions, onError: (error: unknown, callId: string) => void): Middleware {
  const { redact = redactSecrets, maxChars = 8_192 } = options
  return forChat(async (call, next) => {
    const { context, request } = call
    const prompt = new BoundedText(maxChars)
    const completion = new BoundedText(maxChars)
    addMessages(prompt, request.messages)
    context.content = () => {
      try {
        return shownContent(prompt, completion, redact)
      } catch (error) {
        onError(error, context.callId)
        return {}
      }
    }
    const result = await next(call)
    if (result.kind === 'completion') {
      addCompletion(completion, result.completion.value)
      return result
    }
    const see = ({ frames }: { readonly frames: readonly Parameters<typeof addChunk>[1][] }): void => {
      for (const chunk of frames) addChunk(completion, chunk)
    }
    return { ...result, batches: tapBatches(result.batches, see) }
  })
}

function shownContent(prompt: BoundedText, completion: BoundedText, redact: (text: string) => string): CallContent {
  return { prompt: prompt.shown(redact), completion: completion.shown(redact) }
}
