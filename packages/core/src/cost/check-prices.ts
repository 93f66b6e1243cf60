import { members, number, required, tableOf, text, type ValueCheck, whole } from '../wire/value-check.ts'

/** What the option `prices` may be: figures in US dollars for a million tokens. Zero is a price. */
export function pricesCheck(): ValueCheck {
  const dollars = number({ min: 0 })
  const figures = {
    input: required(dollars),
    output: dollars,
    cacheRead: dollars,
    cacheWrite: dollars,
    cacheWrite1h: dollars,
    audioInput: dollars,
    audioOutput: dollars,
  }
  const longPrompt = members({ ...figures, aboveTokens: required(whole(1)) })
  return tableOf(members({ ...figures, longPrompt, source: text(), asOf: text() }), true)
}
