import type { JsonObject } from '../wire/json.ts'
import { instructionPrompt } from './instruction-prompt.ts'
import type { NativeChat } from './native-chat.ts'
import { type NativeFamily, settingsOf, textIn } from './native-family.ts'
import { type NativePiece, usageOf } from './native-piece.ts'
import { disarmed, headerMarks } from './prompt-marks.ts'

/** The tokens around a turn. */
interface HeaderTokens {
  readonly start: string
  readonly end: string
  readonly over: string
}

/**
 * Llama by a prompt of one string.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 */
function llama(toPrompt: (chat: NativeChat) => string): NativeFamily {
  return {
    capabilities: { prefill: true, maxStopSequences: 0, topK: undefined, maxOutputTokens: 8_192 },
    toBody(chat) {
      const { maxTokens, temperature, topP } = chat.settings
      return settingsOf({ prompt: toPrompt(chat), max_gen_len: maxTokens, temperature, top_p: topP })
    },
    readAnswer: read,
    createChunkReader: () => read,
  }
}

function read(answer: JsonObject): NativePiece {
  const ending = textIn(answer.stop_reason)
  const { prompt_token_count: inputTokens, generation_token_count: outputTokens } = answer
  return {
    text: textIn(answer.generation),
    ending,
    usage: ending === undefined ? undefined : usageOf({ inputTokens, outputTokens }),
  }
}

function headerPrompt({ start, end, over }: HeaderTokens): (chat: NativeChat) => string {
  const header = (role: string): string => `${start}${role}${end}\n\n`
  return ({ system, turns }) => {
    const last = turns.at(-1)
    const said = turns.map(turn => {
      const text = header(turn.role) + disarmed(turn.text, headerMarks)
      return turn === last && turn.role === 'assistant' ? text : text + over
    })
    const instructions = system === '' ? '' : header('system') + disarmed(system, headerMarks) + over
    const opening = last?.role === 'assistant' ? '' : header('assistant')
    return `<|begin_of_text|>${instructions}${said.join('')}${opening}`
  }
}

/** @see https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/ */
export const llama3: NativeFamily = llama(
  headerPrompt({ start: '<|start_header_id|>', end: '<|end_header_id|>', over: '<|eot_id|>' }),
)

/** @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama4/ */
export const llama4: NativeFamily = llama(
  headerPrompt({ start: '<|header_start|>', end: '<|header_end|>', over: '<|eot|>' }),
)

/** @see https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-2/ */
export const llama2: NativeFamily = llama(chat => instructionPrompt(chat, '</s><s>'))
