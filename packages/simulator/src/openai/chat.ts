import { respond } from '../brain/respond.ts'
import { numberOf, objectOf, pick, stringOf } from '../json.ts'
import { randomName } from '../random.ts'
import { type Script, streamScript, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { chatChunks } from './chat-chunks.ts'
import { type CompletionHead, chatCompletion } from './chat-completion.ts'
import { chatToPrompt, customToolsOf } from './chat-prompt.ts'
import { brokenChatRule } from './chat-rules.ts'
import { OPENAI_MODELS, type OpenaiModel, openaiModel } from './models.ts'
import { openaiHeaders } from './openai-dialect.ts'
import { servedTier } from './served-tier.ts'
import { unknownArgument } from './unknown-argument.ts'

/** Handles `POST …/chat/completions` for a list of models. */
export function chatHandler(models: readonly OpenaiModel[]): (visit: Visit) => Script {
  return visit => {
    const { world } = visit
    const { random, openai } = world
    const body = objectOf(visit.body)
    const failure = brokenChatRule(body, models)
    const model = openaiModel(visit.model, models)
    if (failure || !model) return openai.failure(failure ?? { status: 404 })
    const prompt = chatToPrompt(body, model, random)
    const replies = Array.from({ length: numberOf(body.n) ?? 1 }, (_none, variant) => respond({ ...prompt, variant }))
    const head: CompletionHead = {
      id: `chatcmpl-${randomName(random, 29)}`,
      created: Math.floor(world.gate.now().getTime() / 1000),
      model: model.id,
      serviceTier: servedTier(stringOf(body.service_tier)),
      fingerprint: model.reasons ? null : 'fp_5a1f2b3c4d',
      legacyFunctions: body.functions !== undefined,
      customTools: customToolsOf(body),
      quirks: model.quirks,
      tagsThoughts: model.tagsThoughts,
    }
    if (body.stream !== true) {
      const text = JSON.stringify(chatCompletion(head, replies), undefined, 2)
      return wholeScript(openai, { status: 200, headers: openaiHeaders(random), text })
    }
    const wishes = {
      random,
      includeUsage: pick(body, 'stream_options', 'include_usage') === true,
      obfuscation: pick(body, 'stream_options', 'include_obfuscation') !== false,
    }
    const headers = {
      ...openaiHeaders(random),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    }
    return streamScript(openai, headers, chatChunks(head, replies, wishes))
  }
}

const ofOpenai = chatHandler(OPENAI_MODELS)

/** Handles OpenAI's own path. */
export function chat(visit: Visit): Script {
  const { world, body } = visit
  const failure = world.refusesUnknownArguments ? unknownArgument(body) : undefined
  return failure ? world.openai.failure(failure) : ofOpenai(visit)
}
