import type { StoreClock } from './limits/store-clock.ts'

/** On the command's own stack, so that a client that was given stays as it is; inside of the parser, so that refusals tell the time too. */
export const insideParser = { step: 'deserialize', priority: 'low', name: 'modelgateStoreClock' } as const

/** Has an answer tell a clock the time. */
export async function timed<T extends { readonly response: unknown }>(
  clock: StoreClock,
  answer: () => Promise<T>,
): Promise<T> {
  const sentMark = clock.mark()
  const output = await answer()
  clock.observe(dateOf(output.response), sentMark)
  return output
}

function dateOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined
  return typeof headers.date === 'string' ? headers.date : undefined
}
