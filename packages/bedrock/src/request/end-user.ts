import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

/** Claude takes no longer id. */
const maxLength = 256

/**
 * Who the end user is, for abuse detection, as the model's native body has it; `user` is what `safety_identifier` was called before.
 * Elsewhere both are dropped and named.
 * @see https://docs.anthropic.com/en/api/messages#body-metadata-user-id
 */
export function endUserFields(
  { safety_identifier, user }: BedrockChatRequest,
  { endUserId }: ModelCapabilities,
  dropped: Set<string>,
): Record<string, unknown> | undefined {
  const id = safety_identifier ?? user
  if (id === null || id === undefined) return undefined
  const sayable = endUserId && typeof id === 'string' && id !== '' && id.length <= maxLength
  if (safety_identifier && !sayable) dropped.add('safety_identifier')
  if (user && !(sayable && user === id)) dropped.add('user')
  return sayable ? { metadata: { user_id: id } } : undefined
}
