import { respond } from '../../brain/respond.ts'
import { objectOf, pick, stringOf } from '../../json.ts'
import { type Script, streamScript, wholeScript } from '../../script.ts'
import type { Visit } from '../../world.ts'
import { openaiModel } from '../models.ts'
import { openaiHeaders } from '../openai-dialect.ts'
import { responseEvents } from './response-events.ts'
import { endedResponse, responseAnswer } from './response-object.ts'
import { responseToPrompt } from './response-prompt.ts'
import { brokenResponseRule } from './response-rules.ts'
import { responsesDialect } from './responses-dialect.ts'

/** Handles `POST /v1/responses`. https://developers.openai.com/api/docs/api-reference/responses/create */
export function responses(visit: Visit): Script {
  const { world } = visit
  const { random, openai } = world
  const body = objectOf(visit.body)
  const failure = brokenResponseRule(body, world.openaiItems)
  const model = openaiModel(visit.model)
  if (failure || !model) return openai.failure(failure ?? { status: 404 })
  const { prompt, trigger } = responseToPrompt(body, model, random)
  const reply = respond({ ...prompt, variant: 0 })
  const createdAt = Math.floor(world.gate.now().getTime() / 1000)
  const answer = responseAnswer({ body, model, reply, trigger, createdAt, random })
  if (body.store !== false) for (const { id } of answer.output) world.openaiItems.add(stringOf(id) ?? '')
  if (body.stream !== true) {
    const text = JSON.stringify(endedResponse(answer), undefined, 2)
    return wholeScript(openai, { status: 200, headers: openaiHeaders(random), text })
  }
  const headers = {
    ...openaiHeaders(random),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  }
  const obfuscation = pick(body, 'stream_options', 'include_obfuscation') !== false
  return streamScript(responsesDialect(openai, answer.head), headers, responseEvents(answer, { random, obfuscation }))
}
