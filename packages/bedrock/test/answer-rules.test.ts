import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'
import type { BedrockChatRequest } from '../src/request/request-extensions.ts'

const haiku = 'us.anthropic.claude-3-5-haiku-20241022-v1:0'
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const f = { type: 'function', function: { name: 'f' } } as const
const custom = { type: 'custom', custom: { name: 'code/run' } } as const

function rulesFor(more: Partial<BedrockChatRequest>, model = haiku) {
  const request: BedrockChatRequest = { model, messages: [{ role: 'user', content: 'a' }], ...more }
  const { toolNames: _names, ...rules } = toConverseRequest(request, capabilitiesOf(model), new Set()).rules
  return rules
}

describe('what reading an answer needs of its request', () => {
  it.each<[string, Partial<BedrockChatRequest>]>([
    ['nothing was asked', {}],
    ['all tools are functions', { tools: [f] }],
    ['calls may come side by side', { tools: [f], parallel_tool_calls: true }],
    ['there is nothing to call', { parallel_tool_calls: false }],
    ['nothing may be called', { tools: [f], tool_choice: 'none', parallel_tool_calls: false }],
  ])('is no more than names where %s', (_name, request) => {
    expect(rulesFor(request)).toEqual({})
  })

  it('is which tools are custom, by the names on the wire', () => {
    expect(rulesFor({ tools: [f, custom] })).toEqual({ toolKinds: new Map([['code_run', 'custom']]) })
  })

  it('is that functions are of the deprecated form, and are called one at a time', () => {
    const toolKinds = new Map([
      ['f', 'function_call'],
      ['files_read', 'function_call'],
    ])
    const functions = [{ name: 'f' }, { name: 'files/read' }]
    expect(rulesFor({ functions })).toEqual({ toolKinds, oneToolCall: true })
    expect(rulesFor({ functions }, sonnet45)).toEqual({ toolKinds })
  })

  it('is that one call is wanted, unless the model could be told', () => {
    const request = { tools: [f], parallel_tool_calls: false }
    expect(rulesFor(request)).toEqual({ oneToolCall: true })
    expect(rulesFor(request, sonnet45)).toEqual({})
  })
})
