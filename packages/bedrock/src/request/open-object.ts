import { isJsonObject, isTooDeep, type JsonObject, maxNesting } from '../wire/json.ts'
import { mustBe, refused } from './invalid-request.ts'

/**
 * A member that holds an object of the caller's own, to be passed on as it is; `null` is as if absent.
 * @throws {GatewayError} `invalid_request` for what is no object, and for one whose nesting could not be written as JSON again.
 */
export function openObject(value: unknown, param: string, wanted: string): JsonObject | undefined {
  if (value === null || value === undefined) return undefined
  if (!isJsonObject(value)) throw mustBe(param, wanted, value)
  if (isTooDeep(value)) throw refused(param, `is nested deeper than ${maxNesting} levels; send a flatter object`)
  return value
}
