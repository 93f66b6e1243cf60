import type { JsonObject } from '../json.ts'
import { type Script, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { OPENAI_MODELS, type OpenaiModel, openaiModel, unknownModel } from './models.ts'
import { openaiHeaders } from './openai-dialect.ts'

const CREATED = 1_715_367_049

function entryOf({ id }: OpenaiModel): JsonObject {
  return { id, object: 'model', created: CREATED, owned_by: 'system' }
}

/** Handles `GET /v1/models`. */
export function listModels({ world }: Visit): Script {
  const text = JSON.stringify({ object: 'list', data: OPENAI_MODELS.map(entryOf) })
  return wholeScript(world.openai, { status: 200, headers: openaiHeaders(world.random), text })
}

/** Handles `GET /v1/models/{id}`. */
export function retrieveModel({ world, model }: Visit): Script {
  const found = openaiModel(model)
  if (!found) return world.openai.failure(unknownModel(model))
  const text = JSON.stringify(entryOf(found))
  return wholeScript(world.openai, { status: 200, headers: openaiHeaders(world.random), text })
}
