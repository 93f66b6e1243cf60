import type { StreamFacts } from '@modelgate/core'
import { ChatBatches } from '../../src/chat-batches.ts'
import { type Passed, passed } from './calls.ts'
import { answer, bodyOf, events, usage, usageChunk } from './sse.ts'

export const upstream = { id: 'test', secrets: [] }

export interface ReadOptions {
  readonly cuts?: readonly number[]
  readonly choices?: number
  readonly withholdUsage?: boolean
}

export async function read(text: string, options: ReadOptions = {}): Promise<Passed & { facts: StreamFacts }> {
  const facts: StreamFacts = { terminal: false }
  const { cuts = [], choices = 1, withholdUsage = false } = options
  const batches = new ChatBatches({ body: bodyOf(text, cuts), upstream, facts, choices, withholdUsage })
  return { ...(await passed({ [Symbol.asyncIterator]: () => batches })), facts }
}

export const whole = answer(
  'Hel',
  'lo, wörld ',
  '🌍',
  '"error"',
  '\n\ndata: [DONE]\n\n',
  ' "usage":{"x":1} "finish_reason":"stop"',
)
export const withoutDone = whole.replace(/data: \[DONE\]\n\n$/, '')
export const withoutUsage = withoutDone.replace(events(usageChunk), '')
const told = { responseModel: 'gpt-4o-mini-2024-07-18', responseId: 'chatcmpl-1' }
export const facts = { terminal: true, finishReason: 'stop', usage, ...told }
