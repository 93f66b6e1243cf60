import { type Call, isGatewayError } from '@modelgate/core'
import { KnownModels } from './known-models.ts'

/**
 * A chat's cap by the name that its model takes: OpenAI's reasoning models refuse the older one, which many clients send and
 * many other servers know alone. Which models do, their refusals tell, and are remembered.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create#chat-create-max_tokens
 */
export class TokenCap {
  private readonly models = new KnownModels()

  /** The same call, with the newer name where its model is known to want that. */
  named(call: Call<'chat'>): Call<'chat'> {
    return isOldName(call) && this.models.has(call.request.model) ? withNewName(call) : call
  }

  /** The call with the newer name, where it was refused for the older one; `undefined` where for something else. */
  namedAfter(error: unknown, call: Call<'chat'>): Call<'chat'> | undefined {
    if (!isOldName(call) || !isRefusal(error)) return undefined
    this.models.add(call.request.model)
    return withNewName(call)
  }
}

function isOldName({ request }: Call<'chat'>): boolean {
  return typeof request.max_tokens === 'number' && (request.max_completion_tokens ?? undefined) === undefined
}

function withNewName(call: Call<'chat'>): Call<'chat'> {
  const { max_tokens: cap = null, ...others } = call.request
  return { ...call, request: { ...others, max_completion_tokens: cap } }
}

/** OpenAI says which name to use instead. */
function isRefusal(error: unknown): boolean {
  return isGatewayError(error) && error.param === 'max_tokens' && error.message.includes('max_completion_tokens')
}
