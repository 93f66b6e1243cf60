import { all, put } from '../edit-json.ts'
import { ask, models } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const fields = 'additionalModelRequestFields'

/** Wrong steps in how hard a model is told to think. */
export const effortSteps: WrongTranslations = {
  'effort-value': {
    wrong: "passes on OpenAI's effort minimal",
    request: ask(),
    step: inBody(put('outputConfig.effort', 'minimal')),
  },
  'effort-unsupported': {
    wrong: 'tells a model its effort that knows none',
    request: ask({ model: models.llama33, reasoning_effort: 'low' }),
    step: inBody(put('outputConfig.effort', 'low')),
  },
  'effort-of-model': {
    wrong: 'says no effort to a model that always thinks',
    request: ask({ model: models.gptOss, reasoning_effort: 'none' }),
    step: inBody(put(`${fields}.reasoning_effort`, 'none')),
  },
  'effort-without-thinking': {
    wrong: 'turns thinking off and asks for the highest effort',
    request: ask({ model: models.opus5 }),
    step: inBody(put(fields, { thinking: { type: 'disabled' }, output_config: { effort: 'xhigh' } })),
  },
  'high-effort-alone': {
    wrong: 'caps an answer whose effort is high',
    request: ask({ model: models.nova2 }),
    step: inBody(
      all(
        put(`${fields}.reasoningConfig`, { type: 'enabled', maxReasoningEffort: 'high' }),
        put('inferenceConfig.maxTokens', 1_000),
      ),
    ),
  },
}
