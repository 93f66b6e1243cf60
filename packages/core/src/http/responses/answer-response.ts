import { GatewayError } from '../../errors.ts'
import { toChatRequest } from '../../responses/to-chat-request.ts'
import type { ResponsesRequest } from '../../wire/responses-request.ts'
import { loadSchemas } from '../../wire/validate-request.ts'
import { makeCall, whenRead } from '../answer-call.ts'
import type { Exchange } from '../exchange.ts'
import { responsesDialect } from './responses-dialect.ts'

/**
 * `POST /v1/responses`: a chat, asked and answered in the words of that API. Nothing is kept of it, and what would need it to be is
 * refused by name.
 */
export function answerResponse(exchange: Exchange): Promise<void> {
  return whenRead(exchange, ({ value }) => loadSchemas().then(schemas => answerAsChat(value, schemas, exchange)))
}

function answerAsChat(value: object, { responsesFaults }: Schemas, exchange: Exchange): Promise<void> {
  const [fault] = responsesFaults(value)
  if (fault) throw new GatewayError('invalid_request', fault.message, { param: fault.param })
  const request = value as ResponsesRequest
  const { chat, ...origins } = toChatRequest(request)
  const dialect = responsesDialect({ request, ...origins, callId: exchange.callId })
  return makeCall({ operation: 'chat', value: chat, source: undefined, dialect, askedAs: value }, exchange)
}

type Schemas = Awaited<ReturnType<typeof loadSchemas>>
