import { numberOf, objectOf, stringOf } from '../../json.ts'
import { count, fraction, texts } from './native-fields.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, lastLine, strings, turn } from './native-text.ts'

/** Titan Text: one text, with `User:` and `Bot:` before the turns. */
export const titan: NativeModel = {
  ids: /^amazon\.titan-(text|tg1)/,
  required: ['inputText'],
  shape: {
    inputText: { type: 'string', required: true },
    textGenerationConfig: {
      type: 'object',
      shape: { maxTokenCount: count(8_192), temperature: fraction, topP: fraction, stopSequences: texts },
    },
  },
  read: body => {
    const settings = objectOf(body.textGenerationConfig)
    const text = lastLine(stringOf(body.inputText) ?? '', /(?:^|\n)(?:User|Bot): ?/)
    return { turns: [turn(text)], maxTokens: numberOf(settings.maxTokenCount), stop: strings(settings.stopSequences) }
  },
  write: reply => ({
    inputTextTokenCount: reply.inputTokens,
    results: [
      { tokenCount: reply.outputTokens, outputText: reply.text, completionReason: byLength(reply, 'LENGTH', 'FINISH') },
    ],
  }),
  chunk: (outputText, last) => ({
    outputText,
    index: 0,
    totalOutputTextTokenCount: last?.outputTokens ?? null,
    completionReason: last ? byLength(last, 'LENGTH', 'FINISH') : null,
    inputTextTokenCount: last?.inputTokens ?? null,
  }),
}
