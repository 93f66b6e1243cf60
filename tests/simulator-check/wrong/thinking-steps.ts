import { drop, prepend, put } from '../edit-json.ts'
import { ask, assistant, calls, models, tool, toolResult, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const thinking = 'additionalModelRequestFields.thinking'
const enabled = { type: 'enabled', budget_tokens: 1_024 }
const low = { reasoning_effort: 'low' } as const
const signed = { type: 'thinking', thinking: 'Paris, then.', signature: 'c2ln' } as const

/** Wrong steps in how reasoning is asked for and sent back. */
export const thinkingSteps: WrongTranslations = {
  'thinking-unsupported': {
    wrong: 'asks a model to think that cannot',
    request: ask({ model: models.haiku3, ...low }),
    step: inBody(put(thinking, enabled)),
  },
  'thinking-type': {
    wrong: 'says an effort where the kind of thinking is asked for',
    request: ask({ model: models.opus47, ...low }),
    step: inBody(put(thinking, { type: 'low' })),
  },
  'thinking-between-tools-unsupported': {
    wrong: 'lets a model think between tools that thinks all the time',
    request: ask({ model: models.opus47, ...low }),
    step: inBody(put(thinking, { type: 'between_tools' })),
  },
  'thinking-adaptive-only': {
    wrong: 'gives a budget to a model that sets its own',
    request: ask({ model: models.opus47, ...low }),
    step: inBody(put(thinking, enabled)),
  },
  'thinking-adaptive-unsupported': {
    wrong: 'leaves the budget to a model that wants one',
    request: ask(low),
    step: inBody(put(thinking, { type: 'adaptive' })),
  },
  'thinking-off-unsupported': {
    wrong: 'says no effort instead of leaving it out',
    request: ask({ model: models.sonnet55, reasoning_effort: 'none' }),
    step: inBody(put(thinking, { type: 'disabled' })),
  },
  'thinking-budget-minimum': {
    wrong: 'gives less than the smallest budget',
    request: ask(low),
    step: inBody(put(`${thinking}.budget_tokens`, 512)),
  },
  'thinking-budget-below-max-tokens': {
    wrong: 'leaves no token for the answer',
    request: ask({ ...low, max_tokens: 2_000 }),
    step: inBody(put(`${thinking}.budget_tokens`, 2_000)),
  },
  'thinking-temperature': {
    wrong: 'sends a temperature to a model that thinks',
    request: ask({ ...low, temperature: 0.5 }),
    step: inBody(put('inferenceConfig.temperature', 0.5)),
  },
  'thinking-forced-tool': {
    wrong: 'forces a call from a model that thinks',
    request: ask({ ...low, tools: [tool('get_weather')], tool_choice: 'required' }),
    step: inBody(put('toolConfig.toolChoice', { any: {} })),
  },
  'thinking-turn-start': {
    wrong: 'loses the thought before a call',
    request: ask({
      ...low,
      tools: [tool('get_weather')],
      messages: [user('Paris?'), assistant(null, { ...calls('t1'), thinking_blocks: [signed] }), toolResult('t1')],
    }),
    step: inBody(drop('messages.1.content.0')),
  },
  'reasoning-last': {
    wrong: 'sends back a turn that was cut while the model thought as it came',
    request: ask({ messages: [user('Hello'), assistant(null, { thinking_blocks: [signed] }), user('Go on.')] }),
    step: inBody(drop('messages.1.content.1')),
  },
  'reasoning-prefill': {
    wrong: 'has a turn continued with its thoughts by a model that does not think',
    request: ask({ messages: [user('Hello'), assistant('Good', { thinking_blocks: [signed] })] }),
    step: inBody(
      prepend('messages.1.content', {
        reasoningContent: { reasoningText: { text: signed.thinking, signature: 'c2ln' } },
      }),
    ),
  },
  'reasoning-unsigned': {
    wrong: 'sends back a thought without its signature',
    request: ask({
      messages: [
        user('Hello'),
        assistant('Good day.', { thinking_blocks: [{ type: 'thinking', thinking: 'A guest.' }] }),
        user('And now?'),
      ],
    }),
    step: inBody(prepend('messages.1.content', { reasoningContent: { reasoningText: { text: 'A guest.' } } })),
  },
}
