import { respond } from '../brain/respond.ts'
import { sortedJson } from '../json.ts'
import { randomUuid } from '../random.ts'
import { type Script, streamScript, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { answerBlocks, BLOCKED, isBlocked } from './answer-blocks.ts'
import { converseFrames } from './converse-frames.ts'
import { converseJson } from './converse-json.ts'
import { converseToPrompt } from './converse-prompt.ts'
import { type ConverseReply, usageOf } from './converse-reply.ts'
import { converseRequest } from './converse-request.ts'
import { resolveModel } from './resolve-model.ts'
import { brokenRule } from './rules/rule-table.ts'
import { triggersIn, withoutTriggers } from './triggers.ts'

/** Handles Converse. */
export function converse(visit: Visit): Script {
  return answer(visit, false, reply => {
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUuid(visit.world.random) }
    return wholeScript(visit.world.bedrock, { status: 200, headers, text: sortedJson(converseJson(reply)) })
  })
}

/** Handles ConverseStream. */
export function converseStream(visit: Visit): Script {
  return answer(visit, true, reply => {
    const { random, bedrock } = visit.world
    const headers = {
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amzn-requestid': randomUuid(random),
    }
    return streamScript(bedrock, headers, converseFrames(reply, random))
  })
}

/** Failures found before the first frame are plain JSON, also for a stream. */
function answer(visit: Visit, streaming: boolean, write: (reply: ConverseReply) => Script): Script {
  const { world, model: modelId, body } = visit
  const resolved = resolveModel(modelId)
  if (!resolved) return world.bedrock.failure({ status: 400, message: 'The provided model identifier is invalid.' })
  const request = converseRequest({ modelId, model: resolved.facts, viaProfile: resolved.viaProfile, streaming }, body)
  const broken = brokenRule(request)
  if (broken) return world.bedrock.failure({ status: 400, message: broken.message, rule: broken.id })
  const prompt = converseToPrompt(request, world.random)
  const triggers = triggersIn(prompt.turns)
  const answered = respond({ ...prompt, turns: withoutTriggers(prompt.turns) })
  const blocked = isBlocked(request, triggers)
  const reply = blocked ? { ...answered, reasoning: '', text: BLOCKED, toolCalls: [] } : answered
  const blocks = answerBlocks(request, reply, triggers)
  return write({ request, reply, blocks, triggers, blocked, usage: usageOf(request, reply, world.promptCache) })
}
