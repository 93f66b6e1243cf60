import { all, append, change, drop, prepend, put } from '../edit-json.ts'
import { ask, assistant, models, system, tool, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const cachePoint = { cachePoint: { type: 'default' } }
const turn = (role: 'user' | 'assistant', ...texts: readonly string[]) => ({
  role,
  content: texts.map(text => ({ text })),
})
const told = [user('Hello'), assistant('Good day.'), user('And now?')]

/** Wrong steps in the turns and the text in them. */
export const messageSteps: WrongTranslations = {
  'messages-missing': {
    wrong: 'sends no turn where there are instructions only',
    request: ask({ messages: [system('Be brief.')] }),
    step: inBody(put('messages', [])),
  },
  'message-role': {
    wrong: 'leaves the system message among the turns',
    request: ask({ messages: [system('Be brief.'), user('Hello')] }),
    step: inBody(all(drop('system'), prepend('messages', { role: 'system', content: [{ text: 'Be brief.' }] }))),
  },
  'first-message-user': {
    wrong: 'lets the assistant begin where it may not',
    request: ask({ model: models.nova, messages: [assistant('Welcome.'), user('Hello')] }),
    step: inBody(drop('messages.0')),
  },
  alternation: {
    wrong: 'does not merge consecutive user messages',
    request: ask({ messages: [user('Hello'), user('Anybody there?')] }),
    step: inBody(all(drop('messages.0.content.1'), append('messages', turn('user', 'Anybody there?')))),
  },
  'single-turn': {
    wrong: 'tells a conversation in turns to a model that takes one',
    request: ask({ model: models.command, messages: told }),
    step: inBody(put('messages', [turn('user', 'Hello'), turn('assistant', 'Good day.'), turn('user', 'And now?')])),
  },
  prefill: {
    wrong: 'ends with the assistant where a model does not go on from it',
    request: ask({ model: models.sonnet46, messages: [user('Tell a tale'), assistant('Once upon')] }),
    step: inBody(drop('messages.2')),
  },
  'content-empty': {
    wrong: 'sends a message without content as an empty turn',
    request: ask({ messages: [user('Hello'), assistant(''), user('Well?')] }),
    step: inBody(put('messages', [turn('user', 'Hello'), turn('assistant'), turn('user', 'Well?')])),
  },
  'text-blank': {
    wrong: 'sends a blank text',
    request: ask({ messages: [user('Hello'), assistant(' '), user('Well?')] }),
    step: inBody(put('messages', [turn('user', 'Hello'), turn('assistant', ' '), turn('user', 'Well?')])),
  },
  'trailing-whitespace': {
    wrong: 'leaves white space at the end of a turn to be continued',
    request: ask({ messages: [user('Tell a tale'), assistant('Once upon ')] }),
    step: inBody(put('messages.1.content.0.text', 'Once upon ')),
  },
  'cache-point-unsupported': {
    wrong: 'marks a cache point for a model without a cache',
    request: ask({ model: models.llama33 }),
    step: inBody(append('messages.0.content', cachePoint)),
  },
  'cache-point-count': {
    wrong: 'marks a cache point after every part',
    request: ask({ messages: [user(['1', '2', '3', '4', '5'].map(text => ({ type: 'text', text })))] }),
    step: inBody(change('messages.0.content', parts => (parts as object[]).flatMap(part => [part, cachePoint]))),
  },
  'cache-point-first': {
    wrong: 'marks a cache point before the instructions',
    request: ask({ messages: [system('Be brief.'), user('Hello')] }),
    step: inBody(prepend('system', cachePoint)),
  },
  'cache-point-in-tools': {
    wrong: 'marks a cache point among the tools of a model that forbids it',
    request: ask({ model: models.nova, tools: [tool('get_weather')] }),
    step: inBody(append('toolConfig.tools', cachePoint)),
  },
  'cache-point-after-document': {
    wrong: 'marks a cache point right behind a document',
    request: ask({
      messages: [
        user([
          { type: 'text', text: 'Read this' },
          { type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,QUJD' } },
        ]),
      ],
    }),
    step: inBody(append('messages.0.content', cachePoint)),
  },
}
