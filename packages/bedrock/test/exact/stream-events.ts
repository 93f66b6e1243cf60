import type { WireEvent } from './stream-of.ts'

/** Begins every stream. */
export const start: WireEvent = ['messageStart', { role: 'assistant' }]
/** Any delta. */
export const delta = (contentBlockIndex: number, of: object): WireEvent => [
  'contentBlockDelta',
  { contentBlockIndex, delta: of },
]
/** A piece of text. */
export const text = (value: string, block = 0): WireEvent => delta(block, { text: value })
/** A tool call begins. */
export const tool = (block: number, name: string, more: object = { toolUseId: `t${block}` }): WireEvent => [
  'contentBlockStart',
  { contentBlockIndex: block, start: { toolUse: { name, ...more } } },
]
/** A piece of its JSON. */
export const input = (block: number, fragment: string): WireEvent => delta(block, { toolUse: { input: fragment } })
/** A block has ended. */
export const end = (contentBlockIndex: number): WireEvent => ['contentBlockStop', { contentBlockIndex }]
/** The answer has ended. */
export const stop = (stopReason = 'end_turn'): WireEvent => ['messageStop', { stopReason }]
/** What comes last. */
export const metadata = (more: object = {}): WireEvent => [
  'metadata',
  { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, metrics: { latencyMs: 5 }, ...more },
]
/** The same as the client reads it. */
export const usage = { usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } }
/** A piece of reasoning. */
export const thinks = (block: number, of: object): WireEvent => delta(block, { reasoningContent: of })

/** The chunk of a call that begins. */
export const opened = (index: number, name: string, id: unknown) => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
})
/** The chunk of a piece of its arguments. */
export const wrote = (index: number, json: string) => ({ tool_calls: [{ index, function: { arguments: json } }] })
/** The chunk of the end. */
export const stopped = { finish: 'stop' }
/** The same where tools were called. */
export const toCalls = { finish: 'tool_calls' }
