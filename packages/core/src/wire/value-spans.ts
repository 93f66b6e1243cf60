import { isSpace, stringEnd } from './body-scan.ts'

/**
 * Where the elements of an array, or the values of an object's members, stand in its JSON, flat: start, end (exclusive), start, end… in text
 * order. `text` is the value alone, one character a byte, which `JSON.parse` has found sound.
 */
export function valueSpans(text: string): number[] {
  const isArray = text.charCodeAt(0) === 0x5b
  const spans: number[] = []
  let depth = 0
  let start = -1
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = stringEnd(text, at + 1)
        break
      case 0x7b: // {
      case 0x5b: // [
        depth += 1
        if (depth === 1 && isArray) start = at + 1
        break
      case 0x3a: // a colon
        if (depth === 1) start = at + 1
        break
      case 0x2c: // ,
        if (depth !== 1) break
        pushSpan(spans, text, start, at)
        start = isArray ? at + 1 : -1
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1
        if (depth === 0 && start !== -1) pushSpan(spans, text, start, at)
        break
    }
  }
  return spans
}

/** Without the space around it; nothing for the inside of an empty array. */
function pushSpan(spans: number[], text: string, from: number, to: number): void {
  let start = from
  let end = to
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1
  if (start < end) spans.push(start, end)
}
