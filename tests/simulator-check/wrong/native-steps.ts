import { drop, put } from '../edit-json.ts'
import { ask } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

/** Wrong steps in the bodies of models' own over InvokeModel. */
export const nativeSteps: WrongTranslations = {
  'native-required': {
    wrong: 'sets no cap on Claude’s text completions',
    request: ask({ model: 'anthropic.claude-v2:1' }),
    step: inBody(drop('max_tokens_to_sample')),
  },
  'native-shape': {
    wrong: 'tells Titan the cap by the name that others give it',
    request: ask({ model: 'amazon.titan-tg1-large', max_tokens: 50 }),
    step: inBody(put('textGenerationConfig', { maxTokens: 50 })),
  },
  'native-turns': {
    wrong: 'sends Claude 2 a text that is no conversation',
    request: ask({ model: 'anthropic.claude-v2:1', stream: true }),
    step: inBody(put('prompt', 'Hello there')),
  },
}
