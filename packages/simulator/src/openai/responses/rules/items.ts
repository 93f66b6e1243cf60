import { arrayOf, type JsonObject, objectOf, stringOf } from '../../../json.ts'
import type { Offence, ResponseRule } from './response-rule.ts'

/** The items of an input that is no text. */
export function itemsOf(body: JsonObject): readonly JsonObject[] {
  return arrayOf(body.input).map(objectOf)
}

/** An item's type; without one it is a message. */
export function typeOf({ type = 'message' }: JsonObject): string {
  return stringOf(type) ?? JSON.stringify(type)
}

/** Whether an item is what a tool answered. */
export function isOutput({ type }: JsonObject): boolean {
  return type === 'function_call_output' || type === 'custom_tool_call_output'
}

/** A rule that looks at one item after the other; `param` is where the item stands. */
export function each(id: string, check: (item: JsonObject, param: string) => Offence | undefined): ResponseRule {
  return {
    id,
    check: ({ body }) => {
      for (const [at, item] of itemsOf(body).entries()) {
        const offence = check(item, `input[${at}]`)
        if (offence) return offence
      }
      return undefined
    },
  }
}
