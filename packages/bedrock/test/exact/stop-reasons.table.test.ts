import type { FinishReason } from '@modelgate/core'
import type { AnswerBlock } from '../../src/wire/converse-answer-wire.ts'
import { answer, call, kinds, thinking } from './answer-blocks.ts'
import { type AnswerRow, answerRows } from './answer-row.ts'

const said: AnswerBlock[] = [{ text: 'a' }]
const tool = call('f', { a: 1 })

function row(stopReason: string, finish: FinishReason, content = said, more: Partial<AnswerRow> = {}): AnswerRow {
  const of = content.flatMap(block => Object.keys(block)).join(', ') || 'nothing'
  return {
    it: `${stopReason} of ${of} is ${finish}`,
    answer: answer(content, { stopReason }),
    finish,
    ...more,
  }
}

answerRows('a stop reason:', [
  row('end_turn', 'stop'),
  row('stop_sequence', 'stop'),
  row('max_tokens', 'length'),
  row('model_context_window_exceeded', 'length'),
  row('tool_use', 'tool_calls', [tool]),
  row('content_filtered', 'content_filter'),
  row('guardrail_intervened', 'content_filter'),
  row('malformed_model_output', 'stop'),
  row('malformed_tool_use', 'stop'),
  row('a_reason_of_next_year', 'stop'),
  row('constructor', 'stop'),
])

answerRows('where tools were called:', [
  row('end_turn', 'tool_calls', [...said, tool]),
  row('stop_sequence', 'tool_calls', [tool]),
  row('max_tokens', 'length', [tool]),
  row('model_context_window_exceeded', 'length', [tool]),
  row('content_filtered', 'content_filter', [tool]),
  row('guardrail_intervened', 'content_filter', [...said, tool]),
  row('malformed_tool_use', 'tool_calls', [tool]),
  row('a_reason_of_next_year', 'tool_calls', [tool]),
  row('end_turn', 'function_call', [tool], { rules: kinds({ f: 'function_call' }) }),
  row('tool_use', 'function_call', [...said, tool], { rules: kinds({ f: 'function_call' }) }),
  row('tool_use', 'stop', [tool], { rules: kinds({ f: 'content' }) }),
  row('end_turn', 'stop', [...said, tool], { rules: kinds({ f: 'content' }) }),
  row('tool_use', 'stop', [{ toolUse: { toolUseId: 's', name: 'g', type: 'server_tool_use' } }]),
])

const nothing: readonly (readonly [string, AnswerBlock[]])[] = [
  ['malformed_model_output', []],
  ['malformed_tool_use', []],
  ['malformed_model_output', [{ text: '' }]],
  ['malformed_tool_use', [thinking('Hm.', 's')]],
]
answerRows('output that Bedrock could not read, and nothing else, is no answer:', [
  ...nothing.map(
    ([stopReason, content], index): AnswerRow => ({
      it: `${stopReason} (${index})`,
      answer: answer(content, { stopReason }),
      fails: 'upstream_bad_response',
    }),
  ),
  { it: 'a missing one is stop', answer: { output: { message: { content: said } } }, finish: 'stop' },
  { it: 'null is stop', answer: answer(said, { stopReason: null }), finish: 'stop' },
  row('end_turn', 'stop', []),
])
