import type { IncomingMessage, ServerResponse } from 'node:http'
import { leastLog } from './least-log.ts'

/*
 * The least that keys, limits and a log can cost on Node, however they are made: one look-up, three counters, the header lines that
 * tell a caller where it stands, one line of JSON a request, appended every 50 ms. Nothing is checked, slid, settled or priced.
 */

interface Counted {
  requestsPerMinute: number
  requestsPerHour: number
  tokensPerMinute: number
}

export interface LeastPolicy {
  begin(request: IncomingMessage, response: ServerResponse): void
  end(): void
}

export function leastPolicy(): LeastPolicy {
  const keys = new Map<string, Counted>([
    ['Bearer bench', { requestsPerMinute: 1e9, requestsPerHour: 1e9, tokensPerMinute: 1e12 }],
  ])
  return {
    begin({ headers }, response) {
      const left = keys.get(headers.authorization ?? '')
      if (!left) throw new Error('the bench has sent another key')
      left.requestsPerMinute -= 1
      left.requestsPerHour -= 1
      left.tokensPerMinute -= 1_000
      const { requestsPerMinute, requestsPerHour, tokensPerMinute } = left
      response.setHeader(
        'ratelimit-policy',
        '"rpm";q=1000000000;w=60, "rph";q=1000000000;w=3600, "tpm";q=1000000000000;w=60',
      )
      response.setHeader(
        'ratelimit',
        `"rpm";r=${requestsPerMinute};t=60, "rph";r=${requestsPerHour};t=3600, "tpm";r=${tokensPerMinute};t=60`,
      )
      response.setHeader('x-ratelimit-limit-requests', '1000000000')
      response.setHeader('x-ratelimit-remaining-requests', `${requestsPerMinute}`)
      response.setHeader('x-ratelimit-reset-requests', '1h0m0s')
      response.setHeader('x-ratelimit-limit-tokens', '1000000000000')
      response.setHeader('x-ratelimit-remaining-tokens', `${tokensPerMinute}`)
      response.setHeader('x-ratelimit-reset-tokens', '1m0s')
    },
    end: leastLog(),
  }
}
