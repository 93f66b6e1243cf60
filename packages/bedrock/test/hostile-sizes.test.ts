import type { ChatCompletionRequest } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'

const claude45 = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const haiku3 = 'anthropic.claude-3-haiku-20240307-v1:0'
const llama = 'meta.llama3-3-70b-instruct-v1:0'

/** What 20 MB of body may hold: work that grows with its square would take minutes, in which the process answers nobody. */
const count = 100_000
const many = <T>(make: (index: number) => T): T[] => Array.from({ length: count }, (_none, index) => make(index))
const marks = { cache_control: { type: 'ephemeral' } }
const part = { type: 'text', text: 'a' }
const question = { role: 'user', content: 'a' }
const tool = (name: string) => ({ type: 'function', function: { name } })
const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }
const result = { role: 'tool', tool_call_id: 'a', content: 'b' }
const schema = { type: 'object', properties: {} }

const rows: readonly (readonly [what: string, request: object])[] = [
  ['marked parts', { model: claude45, messages: [{ role: 'user', content: many(() => ({ ...part, ...marks })) }] }],
  [
    'parts of which one is marked',
    { model: claude45, messages: [{ role: 'user', content: [{ ...part, ...marks }, ...many(() => part)] }] },
  ],
  [
    'marked turns',
    {
      model: claude45,
      messages: many(index => ({ role: index % 2 ? 'assistant' : 'user', content: 'a', ...marks })),
    },
  ],
  [
    'marked tools',
    { model: claude45, messages: [question], tools: many(index => ({ ...tool(`t${index}`), ...marks })) },
  ],
  [
    'marked results',
    {
      model: claude45,
      tools: [tool('f')],
      messages: [question, { role: 'assistant', tool_calls: [call] }, ...many(() => ({ ...result, ...marks }))],
    },
  ],
  [
    'marks that the model cannot be told',
    { model: llama, messages: [{ role: 'user', content: many(() => ({ ...part, ...marks })) }] },
  ],
  [
    'tools named as the synthetic one',
    {
      model: haiku3,
      messages: [question],
      tools: [tool('json_answer'), ...many(index => tool(`json_answer_${index + 2}`))],
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema } },
    },
  ],
  [
    'calls and results of one id',
    {
      model: claude45,
      tools: [tool('f')],
      messages: [question, { role: 'assistant', tool_calls: many(() => call) }, ...many(() => result)],
    },
  ],
]

describe('a request of a hundred thousand', () => {
  it.each(rows)(
    '%s is said in seconds',
    (_what, request) => {
      const given = request as ChatCompletionRequest
      const startedAt = performance.now()
      toConverseRequest(given, capabilitiesOf(given.model), new Set())
      expect(performance.now() - startedAt).toBeLessThan(8_000)
    },
    600_000,
  )
})
