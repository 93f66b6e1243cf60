import { all, append, drop, put } from '../edit-json.ts'
import { ask, models, system, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

/** Wrong steps in the model's name and in what stands beside the messages. */
export const requestSteps: WrongTranslations = {
  'chat-model': {
    wrong: 'sends a chat to a model of embeddings',
    request: ask({ model: models.nova }),
    step: sent => ({ ...sent, model: 'amazon.titan-embed-text-v1' }),
  },
  'profile-required': {
    wrong: 'strips the region from an inference profile',
    request: ask(),
    step: sent => ({ ...sent, model: sent.model.replace('us.', '') }),
  },
  'extraneous-key': {
    wrong: 'leaves max_tokens at the top level',
    request: ask({ max_tokens: 50 }),
    step: inBody(all(drop('inferenceConfig'), put('max_tokens', 50))),
  },
  'max-tokens-minimum': {
    wrong: 'says 0 for a cap that is not set',
    request: ask(),
    step: inBody(put('inferenceConfig.maxTokens', 0)),
  },
  'temperature-maximum': {
    wrong: "passes on a temperature of OpenAI's scale to 2",
    request: ask({ temperature: 1.5 }),
    step: inBody(put('inferenceConfig.temperature', 1.5)),
  },
  'temperature-minimum': {
    wrong: 'says -1 for a temperature that is not set',
    request: ask(),
    step: inBody(put('inferenceConfig.temperature', -1)),
  },
  'topP-maximum': {
    wrong: 'says top_p in percent',
    request: ask({ top_p: 0.9 }),
    step: inBody(put('inferenceConfig.topP', 90)),
  },
  'topP-minimum': {
    wrong: 'says -1 for a top_p that is not set',
    request: ask(),
    step: inBody(put('inferenceConfig.topP', -1)),
  },
  'stop-sequence-empty': {
    wrong: 'passes on an empty stop sequence',
    request: ask({ stop: ['', 'END'] }),
    step: inBody(put('inferenceConfig.stopSequences', ['', 'END'])),
  },
  'stop-sequence-blank': {
    wrong: 'passes on a stop sequence of white space',
    request: ask({ stop: ['\n', 'END'] }),
    step: inBody(put('inferenceConfig.stopSequences', ['\n', 'END'])),
  },
  'stop-sequence-count': {
    wrong: 'adds a stop sequence of its own to the last',
    request: ask({ model: models.nova, stop: ['1', '2', '3', '4'] }),
    step: inBody(append('inferenceConfig.stopSequences', 'Human:')),
  },
  'stop-sequences-unsupported': {
    wrong: 'passes on a stop sequence to a model that takes none',
    request: ask({ model: models.deepseek, stop: 'END' }),
    step: inBody(put('inferenceConfig.stopSequences', ['END'])),
  },
  'member-type': {
    wrong: 'passes on a number as the text it came as',
    request: ask({ temperature: 0.5 }),
    step: inBody(put('inferenceConfig.temperature', '0.5')),
  },
  'max-tokens-maximum': {
    wrong: "rounds a model's limit of tokens up",
    request: ask({ model: models.sonnet46, max_tokens: 1_000 }),
    step: inBody(put('inferenceConfig.maxTokens', 128_000)),
  },
  'system-unsupported': {
    wrong: 'sends instructions apart to a model that cannot take them so',
    request: ask({ model: models.titan, messages: [system('Be brief.'), user('Hello')] }),
    step: inBody(put('system', [{ text: 'Be brief.' }])),
  },
  'system-blank': {
    wrong: 'sends blank instructions',
    request: ask({ messages: [system(' '), user('Hello')] }),
    step: inBody(put('system', [{ text: ' ' }])),
  },
  'temperature-and-top-p': {
    wrong: 'sends temperature and top_p to a model that takes one',
    request: ask({ temperature: 0.2, top_p: 0.9 }),
    step: inBody(put('inferenceConfig.topP', 0.9)),
  },
  'sampling-unsupported': {
    wrong: 'sends a temperature to a model that takes none',
    request: ask({ model: models.opus47, temperature: 0.2 }),
    step: inBody(put('inferenceConfig.temperature', 0.2)),
  },
}
