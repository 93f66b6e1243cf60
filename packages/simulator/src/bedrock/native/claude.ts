import type { Reply } from '../../brain/prompt.ts'
import { type JsonObject, numberOf, stringOf } from '../../json.ts'
import { count, fraction, texts } from './native-fields.ts'
import type { NativeModel } from './native-model.ts'
import { byLength, contentText, lastLine, messageTurns, strings, turn } from './native-text.ts'

/** What Claude 2 says to a prompt that is no conversation. */
function turnsFault(body: JsonObject): string | undefined {
  const prompt = stringOf(body.prompt) ?? ''
  const marks = [...prompt.matchAll(/\n\n(Human|Assistant):/g)].map(match => match[1])
  if (marks[0] !== 'Human')
    return 'Invalid prompt: prompt must start with "\n\nHuman:" turn after an optional system prompt'
  return marks.at(-1) === 'Assistant' ? undefined : 'Invalid prompt: prompt must end with "\n\nAssistant:" turn'
}

/** Claude 2 and Instant: one text, with `\n\nHuman:` and `\n\nAssistant:` before the turns. */
export const claudeText: NativeModel = {
  ids: /^anthropic\.claude-(v2|instant)/,
  claims: body => body.messages === undefined,
  required: ['prompt', 'max_tokens_to_sample'],
  shape: {
    prompt: { type: 'string', required: true },
    max_tokens_to_sample: { ...count(1_000_000), required: true },
    temperature: fraction,
    top_p: fraction,
    top_k: { type: 'integer', range: [0, 500] },
    stop_sequences: texts,
    anthropic_version: { type: 'string' },
  },
  turnsFault,
  read: body => ({
    turns: [turn(lastLine(stringOf(body.prompt) ?? '', /\n\n(?:Human|Assistant): ?/))],
    maxTokens: numberOf(body.max_tokens_to_sample),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    type: 'completion',
    completion: ` ${reply.text}`,
    stop_reason: byLength(reply, 'max_tokens', 'stop_sequence'),
    stop: reply.ending === 'length' ? null : (reply.stopSequence ?? '\n\nHuman:'),
  }),
  chunk: (completion, last) => ({
    type: 'completion',
    completion,
    stop_reason: last ? byLength(last, 'max_tokens', 'stop_sequence') : null,
    stop: null,
  }),
  opening: () => [{ type: 'completion', completion: ' ', stop_reason: null, stop: null }],
}

const claudeEnding = (reply: Reply) =>
  byLength(reply, 'max_tokens', reply.ending === 'stop-sequence' ? 'stop_sequence' : 'end_turn')

/** Claude by messages, as Anthropic's own API has them. */
export const claude: NativeModel = {
  ids: /^anthropic\./,
  required: ['anthropic_version', 'max_tokens', 'messages'],
  read: body => ({
    system: contentText(body.system),
    turns: messageTurns(body),
    maxTokens: numberOf(body.max_tokens),
    stop: strings(body.stop_sequences),
  }),
  write: reply => ({
    id: 'msg_bdrk_01simulator',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: reply.text }],
    stop_reason: claudeEnding(reply),
    stop_sequence: reply.stopSequence ?? null,
    usage: { input_tokens: reply.inputTokens, output_tokens: reply.outputTokens },
  }),
  chunk: (text, last) =>
    last
      ? {
          type: 'message_delta',
          delta: { stop_reason: claudeEnding(last), stop_sequence: last.stopSequence ?? null },
          usage: { output_tokens: last.outputTokens },
        }
      : { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  opening: reply => [
    {
      type: 'message_start',
      message: {
        id: 'msg_bdrk_01simulator',
        type: 'message',
        role: 'assistant',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: reply.inputTokens, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ],
  closing: () => [{ type: 'message_stop' }],
}
