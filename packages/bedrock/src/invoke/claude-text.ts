import type { JsonObject } from '../wire/json.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import type { NativePiece } from './native-piece.ts'
import { disarmed, speakerMarks } from './prompt-marks.ts'
import { spokenPrompt } from './spoken-prompt.ts'

const marks = speakerMarks('Human', 'Assistant')

/** The body demands a cap. Claude 2 gives no more than this. */
const mostTokens = 4_096

/**
 * Claude's text completions, of Claude 2 and Instant. Instructions stand before the first turn.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html
 */
export const claudeText: NativeFamily = {
  capabilities: { leadingAssistant: false, reasoning: undefined, replaysReasoning: false },
  toBody({ system, turns, settings: { maxTokens, temperature, topP, stopSequences } }) {
    const said = turns.map(({ role, text }) => ({ role, text: disarmed(text, marks) }))
    const speakers = { user: '\n\nHuman', assistant: '\n\nAssistant' }
    return settingsOf({
      prompt: disarmed(system, marks) + spokenPrompt(said, speakers, ''),
      max_tokens_to_sample: maxTokens ?? mostTokens,
      temperature,
      top_p: topP,
      stop_sequences: stopSequences,
      anthropic_version: 'bedrock-2023-05-31',
    })
  },
  readAnswer: read,
  createChunkReader: () => read,
}

function read({ completion, stop_reason: reason }: JsonObject): NativePiece {
  return { text: textIn(completion), ending: textIn(reason) }
}
