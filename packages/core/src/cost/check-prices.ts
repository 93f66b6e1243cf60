import * as z from 'zod/mini'

/** The schema of the option `prices`: figures in US dollars for a million tokens. Zero is a price. */
export function pricesSchema(): z.ZodMiniType {
  const dollars = z.number().check(z.nonnegative())
  const figures = {
    input: dollars,
    output: z.optional(dollars),
    cacheRead: z.optional(dollars),
    cacheWrite: z.optional(dollars),
    cacheWrite1h: z.optional(dollars),
    audioInput: z.optional(dollars),
    audioOutput: z.optional(dollars),
  }
  const price = z.strictObject({
    ...figures,
    longPrompt: z.optional(z.strictObject({ ...figures, aboveTokens: z.int().check(z.minimum(1)) })),
    source: z.optional(z.string()),
    asOf: z.optional(z.string()),
  })
  return z.record(z.string().check(z.minLength(1)), price)
}
