import { stringEnd } from './body-scan.ts'

/**
 * How many members an object's JSON tells, a doubled key as often as it stands there: `JSON.parse` keeps the last of them. The text must be
 * JSON, and may be bytes with one character each.
 */
export function countMembers(text: string): number {
  let depth = 0
  let commas = 0
  let hasAny = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === 0x22) {
      at = stringEnd(text, at + 1)
      hasAny = true
    } else if (character === 0x2c) {
      if (depth === 1) commas += 1
    } else if (character === 0x7b || character === 0x5b) depth += 1
    else if (character === 0x7d || character === 0x5d) depth -= 1
  }
  return hasAny ? commas + 1 : 0
}
