import { encryptedThought, signatureFor } from '../../../packages/simulator/src/bedrock/reasoning-marks.ts'
import { all, append, prepend, put } from '../edit-json.ts'
import { ask, assistant, calls, models, system, tool, toolResult, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const lasting = (ttl: string) => ({ cachePoint: { type: 'default', ttl } })
const thought = 'Paris, then. '
const thinking_blocks = [{ type: 'thinking' as const, thinking: thought, signature: signatureFor(thought) }]
const told = (more: object = {}) => [user('Hello'), assistant('Good day.', more), user('And now?')]
const first = 'messages.1.content'

/** A conversation in which the tool was called and has answered. */
const called = (model: string = models.sonnet45) =>
  ask({
    model,
    tools: [tool('get_weather')],
    messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1')],
  })

/** Wrong steps in what was said before. */
export const historySteps: WrongTranslations = {
  'block-kind': {
    wrong: 'marks the cache inside the block of text',
    request: ask(),
    step: inBody(put('messages.0.content.0.cachePoint', { type: 'default' })),
  },
  'cache-point-after-reasoning': {
    wrong: 'marks a cache point right behind a thought',
    request: ask({ messages: told({ thinking_blocks }) }),
    step: inBody(put(`${first}.1`, lasting('5m'))),
  },
  'cache-point-value': {
    wrong: "passes on OpenAI's 30 minutes",
    request: ask(),
    step: inBody(append('messages.0.content', lasting('30m'))),
  },
  'cache-point-ttl-unsupported': {
    wrong: 'caches for an hour where a model does so for five minutes',
    request: ask({ model: models.nova }),
    step: inBody(append('messages.0.content', lasting('1h'))),
  },
  'cache-point-ttl-order': {
    wrong: 'caches instructions for less time than what follows them',
    request: ask({ messages: [system('Be brief.'), user('Hello')] }),
    step: inBody(all(append('system', lasting('5m')), append('messages.0.content', lasting('1h')))),
  },
  'tool-use-name': {
    wrong: 'sanitises the tools on offer and not those of the history',
    request: called(),
    step: inBody(put(`${first}.0.toolUse.name`, 'weather/get')),
  },
  'tool-result-blank': {
    wrong: 'sends a blank where a tool said nothing',
    request: called(),
    step: inBody(put('messages.2.content.0.toolResult.content', [{ text: ' ' }])),
  },
  'tool-result-status': {
    wrong: 'says failed for a result that is an error',
    request: called(),
    step: inBody(put('messages.2.content.0.toolResult.status', 'failed')),
  },
  'tool-result-status-unsupported': {
    wrong: 'tells the status of a result to a model that has no word for it',
    request: called(models.palmyra),
    step: inBody(put('messages.2.content.0.toolResult.status', 'success')),
  },
  'reasoning-altered': {
    wrong: 'trims a signed thought',
    request: ask({ messages: told({ thinking_blocks }) }),
    step: inBody(put(`${first}.0.reasoningContent.reasoningText.text`, thought.trim())),
  },
  'reasoning-foreign': {
    wrong: "sends one provider's encrypted thought to another",
    request: ask({ messages: told() }),
    step: inBody(
      prepend(first, { reasoningContent: { redactedContent: encryptedThought('OpenAI', 'Secret thoughts.') } }),
    ),
  },
  'reasoning-refused': {
    wrong: 'sends thoughts back to a model that wants none',
    request: ask({ model: models.deepseekR1, messages: told() }),
    step: inBody(prepend(first, { reasoningContent: { reasoningText: { text: thought } } })),
  },
}
