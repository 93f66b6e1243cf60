import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { lacking } from '../request/invalid-request.ts'
import { openObject } from '../request/open-object.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import type { SystemToolEntry } from '../wire/converse-wire.ts'

/**
 * The tool that Bedrock itself runs for `web_search_options`, where the model has one. How much it reads and where the user is
 * cannot be told, and is named.
 * @throws {GatewayError} `invalid_request` for a model that cannot search: an answer from memory is none from the web.
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/web-grounding.html
 */
export function webSearchTools(
  { web_search_options }: BedrockChatRequest,
  { webSearchTool: name }: ModelCapabilities,
  dropped: Set<string>,
): SystemToolEntry[] {
  const param = 'web_search_options'
  const options = openObject(web_search_options, param, "an object such as { search_context_size: 'medium' }")
  if (!options) return []
  if (!name) {
    const remedy = 'leave it out, or name Amazon Nova 2 Lite or Nova Premier'
    throw lacking('webSearch', param, `this model on Bedrock cannot search the web; ${remedy}`)
  }
  const { search_context_size: size, user_location: location } = options
  if (size !== undefined && size !== null && size !== 'medium') dropped.add(`${param}.search_context_size`)
  if (location !== undefined && location !== null) dropped.add(`${param}.user_location`)
  return [{ systemTool: { name } }]
}
