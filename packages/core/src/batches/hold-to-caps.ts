import type { BatchLine } from '../batch-provider.ts'
import { lineBound } from '../limits/token-bound.ts'
import { badLine } from './bad-line.ts'
import type { CheckedLine } from './check-lines.ts'

/** How many tokens each request of a file may be answered with. */
export interface LineCaps {
  /** More may not be asked for: the caller's own. */
  readonly maxTokens: number | undefined
  /** What is asked for where a request says nothing: the route's. */
  readonly routeTokens: number | undefined
  /** What is asked for where nobody says anything, and a budget must know. */
  readonly defaultTokens?: number | undefined
}

/**
 * Holds the requests of a file to the caps that calls are held to.
 * @throws {GatewayError} `invalid_request` naming the line that asks for more.
 */
export async function* holdToCaps(
  lines: AsyncIterable<CheckedLine>,
  { maxTokens, routeTokens, defaultTokens }: LineCaps,
): AsyncGenerator<BatchLine, void, void> {
  const unasked = maxTokens ?? routeTokens ?? defaultTokens
  for await (const line of lines) {
    const { body, number } = line
    const asked = Math.max(body.max_completion_tokens ?? 0, body.max_tokens ?? 0)
    if (maxTokens !== undefined && asked > maxTokens)
      throw badLine(
        number,
        `body.max_completion_tokens: this key may ask for ${maxTokens} tokens at most, got ${asked}`,
      )
    const capped = asked === 0 && unasked !== undefined ? { ...body, max_completion_tokens: unasked } : body
    yield { ...line, body: capped, bound: lineBound(capped, line.bytes.length) }
  }
}
