import type { JsonObject } from '../../json.ts'
import type { Dialect } from '../../script.ts'
import { responseEvent } from './response-events.ts'

/** The words of OpenAI's API for failures within a streamed response: `error`, and the response as it failed. */
export function responsesDialect(openai: Dialect, head: JsonObject): Dialect {
  return {
    ...openai,
    exceptionFrame: (code, message, before) => {
      const response = { ...head, status: 'failed', error: { code, message } }
      // OpenAI documents these members, and in life sends them within `error`: readers of either find them.
      const error = { type: code, code, message, param: null }
      return Buffer.concat([
        responseEvent('error', before, { error, code, message, param: null }),
        responseEvent('response.failed', before + 1, { response }),
      ])
    },
    unknownFrame: before => responseEvent('response.simulator_novelty', before, { novelty: true }),
  }
}
