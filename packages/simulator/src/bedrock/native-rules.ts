import type { JsonObject } from '../json.ts'
import type { Failure } from '../script.ts'
import { shapeFault } from './embeddings/shape.ts'
import type { NativeModel } from './native/native-model.ts'

/** One thing that InvokeModel refuses in a text model's own body. */
interface NativeRule {
  readonly id: string
  /** What Bedrock says; undefined for a body that is right. */
  readonly check: (body: JsonObject, native: NativeModel) => string | undefined
}

/** Everything that InvokeModel refuses of a text model, in the order it looks. */
export const NATIVE_RULES: readonly NativeRule[] = [
  {
    id: 'native-required',
    check: (body, { required }) => {
      const missing = required.find(key => body[key] === undefined)
      return missing === undefined ? undefined : missingKey(missing)
    },
  },
  { id: 'native-shape', check: (body, { shape }) => shape && shapeFault(body, shape) },
  { id: 'native-turns', check: (body, { turnsFault }) => turnsFault?.(body) },
]

/** What Bedrock says of a body without a member that must be there. */
export function missingKey(key: string): string {
  return `Malformed input request: #: required key [${key}] not found, please reformat your input and try again.`
}

/** Why InvokeModel would refuse a body; undefined where it would answer. */
export function brokenNativeRule(body: JsonObject, native: NativeModel): Failure | undefined {
  for (const { id: rule, check } of NATIVE_RULES) {
    const message = check(body, native)
    if (message !== undefined) return { status: 400, message, rule }
  }
  return undefined
}
