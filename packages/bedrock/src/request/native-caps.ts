import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { refused } from './invalid-request.ts'

/** What models call the longest answer they may give. */
const caps: ReadonlySet<string> = new Set([
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'max_new_tokens',
  'max_tokens_to_sample',
  'max_gen_len',
  'maxTokens',
  'maxTokenCount',
])
/** Where such a cap may stand one level deeper. */
const groups: ReadonlySet<string> = new Set(['inferenceConfig', 'textGenerationConfig'])

/**
 * Holds the caller's native parameters to the request's output cap: a limit that was set for the caller stands there.
 * @throws {GatewayError} `invalid_request` for a native cap that is higher, or none where there was one.
 */
export function holdToCap(native: JsonObject | undefined, cap: number | undefined): void {
  if (!native || cap === undefined) return
  for (const [name, value] of Object.entries(native)) {
    if (groups.has(name)) {
      if (!isJsonObject(value)) throw above(name, cap)
      holdToCap(value, cap)
    } else if (caps.has(name) && !(typeof value === 'number' && value >= 1 && value <= cap)) throw above(name, cap)
  }
}

function above(name: string, cap: number): ReturnType<typeof refused> {
  const why = `\`${name}\` must stay within the output cap of ${cap} tokens; leave it out, or set max_completion_tokens`
  return refused('additional_model_request_fields', why)
}
