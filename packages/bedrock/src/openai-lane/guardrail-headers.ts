import type { ChatCompletionRequest } from '@modelgate/core'
import { guardrailSettings } from '../invoke/invoke-settings.ts'
import { openObject } from '../request/open-object.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { toSettingHeaders } from '../upstream/http-runtime.ts'

/** A request, and what of it goes in headers. */
interface GuardedRequest {
  readonly request: ChatCompletionRequest
  readonly headers: Readonly<Record<string, string>>
}

const none = {}

/**
 * Takes the guardrail out of a request's body, in which the endpoint would not heed it. One without comes back as it is, so that its
 * bytes are known to be unchanged.
 * @throws {GatewayError} `invalid_request` for a guardrail that is malformed, or that no header can hold.
 */
export function takeGuardrail(request: BedrockChatRequest): GuardedRequest {
  if (request.guardrail_config === undefined && request.guardrailConfig === undefined) return { request, headers: none }
  const { guardrail_config: guardrail, guardrailConfig, ...rest } = request
  const wanted = "an object such as { guardrailIdentifier: 'gr-1', guardrailVersion: '1' }"
  const asked =
    openObject(guardrail, 'guardrail_config', wanted) ?? openObject(guardrailConfig, 'guardrailConfig', wanted)
  return { request: rest, headers: asked ? toSettingHeaders(guardrailSettings(asked)) : none }
}
