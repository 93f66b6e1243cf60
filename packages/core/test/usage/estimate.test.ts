import { describe, expect, it } from 'vitest'
import { estimateCompletionTokens } from '../../src/usage/estimate-completion.ts'
import { estimatePromptTokens, jsonBytes } from '../../src/usage/estimate-prompt.ts'

const ofMessage = (message: object): number => estimatePromptTokens({ messages: [message] })

describe('estimatePromptTokens', () => {
  it.each([
    ['text', { role: 'user', content: 'x'.repeat(360) }, 104],
    ['text that is not ASCII, by its bytes', { role: 'user', content: 'é'.repeat(180) }, 104],
    ['parts', { role: 'user', content: [{ type: 'text', text: 'x'.repeat(360) }] }, 104],
    ['an image', { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:x' } }] }, 1_604],
    ['a small image', { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x', detail: 'low' } }] }, 89],
    ['speech', { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'A'.repeat(64_000) } }] }, 34],
    ['a file', { role: 'user', content: [{ type: 'file', file: { file_data: 'A'.repeat(40_000) } }] }, 1_004],
    ['a file that stands elsewhere', { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }, 1_604],
    ['a thought', { role: 'assistant', content: null, reasoning: 'x'.repeat(360) }, 104],
    ['nothing', { role: 'assistant', content: null }, 4],
    ['no message at all', null, 4],
  ])('counts %s', (_what, message, tokens) => {
    expect(ofMessage(message as object)).toBe(tokens)
  })

  it('counts tools and calls as their JSON', () => {
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }]
    const length = JSON.stringify(tools).length
    expect(Math.abs(jsonBytes(tools) - length)).toBeLessThan(length / 5)
    expect(estimatePromptTokens({ messages: [], tools })).toBeGreaterThan(length / 4.5)
    expect(ofMessage({ role: 'assistant', tool_calls: tools })).toBeGreaterThan(length / 4.5)
  })

  it('looks no deeper than bodies may be: the estimate of one that is deeper must not fail its call', () => {
    let deep: unknown[] = []
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    expect(estimatePromptTokens({ tools: deep, input: deep })).toBeLessThan(1_000)
  })

  it('counts what is to be embedded: texts, and token ids', () => {
    expect(estimatePromptTokens({ input: 'x'.repeat(36) })).toBe(10)
    expect(estimatePromptTokens({ input: ['x'.repeat(36), 'x'.repeat(36)] })).toBe(20)
    expect(estimatePromptTokens({ input: [[1, 2, 3], [4]] })).toBe(4)
    expect(estimatePromptTokens({ input: ['x'.repeat(36), `data:image/png;base64,${'A'.repeat(90_000)}`] })).toBe(1_610)
  })
})

describe('estimateCompletionTokens', () => {
  it('counts text, reasoning and calls, of all choices; a choice may hold nothing', () => {
    const message = { role: 'assistant', content: 'x'.repeat(36), refusal: null, reasoning_content: 'y'.repeat(36) }
    const completion = JSON.parse(JSON.stringify({ choices: [{ message }, { message }, {}, null] }))
    expect(estimateCompletionTokens(completion)).toBe(40)
  })

  it.each([
    ['as vLLM and OpenRouter name it', { reasoning: 'y'.repeat(36) }],
    ['once where a server says it by both names', { reasoning: 'y'.repeat(36), reasoning_content: 'y'.repeat(36) }],
  ])('counts reasoning %s', (_how, reasoning) => {
    const message = { role: 'assistant', content: 'x'.repeat(36), ...reasoning }
    const completion = JSON.parse(JSON.stringify({ choices: [{ message }] }))
    expect(estimateCompletionTokens(completion)).toBe(20)
  })
})
