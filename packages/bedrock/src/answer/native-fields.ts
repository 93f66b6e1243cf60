import type { ChatCompletion } from '@modelgate/core'
import { isJsonObject, isTooDeep } from '../wire/json.ts'

/** What of the model's native answer a request asked for, as the member of an answer; none where there is nothing. */
export function nativeFieldsOf({
  additionalModelResponseFields: fields,
}: {
  readonly additionalModelResponseFields?: unknown
}): Pick<ChatCompletion, 'additional_model_response_fields'> {
  if (!isJsonObject(fields) || Object.keys(fields).length === 0 || isTooDeep(fields)) return {}
  return { additional_model_response_fields: fields }
}
