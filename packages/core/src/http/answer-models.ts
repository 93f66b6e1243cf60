import { requireScope } from '../auth/permissions.ts'
import { GatewayError } from '../errors.ts'
import type { ModelList } from '../wire/model.ts'
import { sendJson } from './answer.ts'
import type { Exchange } from './exchange.ts'

/** `GET /v1/models` */
export async function answerModels(exchange: Exchange): Promise<void> {
  await sendJson(exchange.sink, 200, await list(exchange), exchange.headers)
}

/** `GET /v1/models/{id}`; the id may hold slashes, as targets do, and may come percent-encoded. */
export async function answerModel(exchange: Exchange): Promise<void> {
  const id = decode(exchange.id)
  const model = (await list(exchange, id)).data.find(candidate => candidate.id === id)
  if (!model) {
    throw new GatewayError(
      'model_not_found',
      `The model '${id.slice(0, 200)}' is not known here; GET /v1/models lists what is.`,
      {
        param: 'model',
      },
    )
  }
  await sendJson(exchange.sink, 200, model, exchange.headers)
}

async function list(
  { door, principal, callerCredentials, onCallerEnd, headers }: Exchange,
  asked?: string,
): Promise<ModelList> {
  if (principal) requireScope(principal, 'completions')
  await door.countRequest(principal, headers)
  try {
    const models = await door.models({ origin: 'door', principal, callerCredentials, asked })
    onCallerEnd?.(undefined)
    return models
  } catch (error) {
    onCallerEnd?.(error)
    throw error
  }
}

function decode(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
