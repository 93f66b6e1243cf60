import type { ChatCompletionRequest, FunctionTool, ToolChoice } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { createToolNames, toolIds } from '../src/tools/tool-names.ts'
import { toolNamesIn, toToolConfig } from '../src/tools/tools.ts'

const claude = 'anthropic.claude-3-5-haiku-20241022-v1:0'
const tool = (name: string, more: Partial<FunctionTool['function']> = {}): FunctionTool => ({
  type: 'function',
  function: { name, ...more },
})

function offer(more: Partial<ChatCompletionRequest>, model = claude, mayForce = true) {
  const request: ChatCompletionRequest = {
    model,
    messages: [{ role: 'user', content: 'a' }],
    tools: [tool('a'), tool('b')],
    ...more,
  }
  const dropped = new Set<string>()
  const toolNames = createToolNames(toolNamesIn(request))
  const config = toToolConfig(request, { capabilities: capabilitiesOf(model), toolNames, dropped, mayForce })
  return {
    choice: config?.toolChoice,
    names: config?.tools.map(tool => ('toolSpec' in tool ? tool.toolSpec.name : tool.systemTool.name)),
    config,
    dropped: [...dropped],
  }
}

describe('a tool', () => {
  it('has an object schema even without parameters, and no blank description', () => {
    const specs = offer({
      tools: [
        tool('a', { description: ' ' }),
        tool('b', { description: 'Does b.', parameters: {} }),
        tool('c', { parameters: { type: 'object', properties: { x: { type: 'number' } } } }),
        tool('d', { parameters: { properties: {} } }),
      ],
    }).config?.tools
    expect(specs).toEqual([
      { toolSpec: { name: 'a', inputSchema: { json: { type: 'object', properties: {} } } } },
      { toolSpec: { name: 'b', description: 'Does b.', inputSchema: { json: { type: 'object', properties: {} } } } },
      { toolSpec: { name: 'c', inputSchema: { json: { type: 'object', properties: { x: { type: 'number' } } } } } },
      { toolSpec: { name: 'd', inputSchema: { json: { properties: {}, type: 'object' } } } },
    ])
  })

  it('of the custom kind takes its text as the one member of an object', () => {
    const specs = offer({ tools: [tool('a'), { type: 'custom', custom: { name: 'c', description: 'Does c.' } }] })
    const json = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] }
    expect(specs.config?.tools[1]).toEqual({
      toolSpec: { name: 'c', description: 'Does c.', inputSchema: { json } },
    })
  })

  it('that is offered twice is refused by name', () => {
    expect(() => offer({ tools: [tool('a'), { type: 'custom', custom: { name: 'a' } }] })).toThrow(
      "`tools[1]`: 'a' is offered twice",
    )
  })

  it('that shall be strict has a closed schema where the model takes it', () => {
    const { config, dropped } = offer(
      { tools: [tool('a', { strict: true })] },
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
    )
    expect(config?.tools[0]).toMatchObject({
      toolSpec: { strict: true, inputSchema: { json: { additionalProperties: false } } },
    })
    expect(dropped).toEqual([])
  })

  it('that shall be strict is offered plainly elsewhere, and that is said', () => {
    const { config, dropped } = offer({ tools: [tool('a', { strict: true })] })
    expect(JSON.stringify(config)).not.toContain('strict')
    expect(dropped).toEqual(['tools.strict'])
  })
})

describe('the choice of tools', () => {
  const b = { type: 'function', function: { name: 'b' } } as const
  const allowed = (mode: 'auto' | 'required'): ToolChoice =>
    ({
      type: 'allowed_tools',
      allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'b' } }] },
    }) as const

  it.each<[string, string, ToolChoice, object | undefined, string[] | undefined, string[]]>([
    ['auto', claude, 'auto', undefined, ['a', 'b'], []],
    ['none', claude, 'none', undefined, undefined, []],
    ['required', claude, 'required', { any: {} }, ['a', 'b'], []],
    ['one by name', claude, b, { tool: { name: 'b' } }, ['a', 'b'], []],
    ['a subset', claude, allowed('auto'), undefined, ['b'], []],
    ['one of a subset', claude, allowed('required'), { any: {} }, ['b'], []],
    [
      'required where only auto goes',
      'meta.llama3-3-70b-instruct-v1:0',
      'required',
      undefined,
      ['a', 'b'],
      ['tool_choice'],
    ],
    ['one by name where only auto goes', 'cohere.command-r-v1:0', b, undefined, ['b'], ['tool_choice']],
    ['one by name where only any goes', 'qwen.qwen3-32b-v1:0', b, { any: {} }, ['b'], []],
    ...[
      'moonshotai.kimi-k2.5',
      'zai.glm-5',
      'minimax.minimax-m2',
      'nvidia.nemotron-super-3-120b',
      'google.gemma-3-4b-it',
    ].map((model): [string, string, ToolChoice, object, string[], string[]] => [
      `one by name from ${model}`,
      model,
      b,
      { any: {} },
      ['b'],
      [],
    ]),
    ['one by name from DeepSeek V3.1', 'deepseek.v3-v1:0', b, { any: {} }, ['b'], []],
    ['one by name from DeepSeek V3.2', 'deepseek.v3.2', b, { tool: { name: 'b' } }, ['a', 'b'], []],
    [
      'required where it may be refused',
      'anthropic.claude-fable-5',
      'required',
      undefined,
      ['a', 'b'],
      ['tool_choice'],
    ],
    ['required where it is refused', 'anthropic.claude-opus-5-5', 'required', undefined, ['a', 'b'], ['tool_choice']],
  ])('%s', (_name, model, tool_choice, choice, names, dropped) => {
    expect(offer({ tool_choice }, model)).toMatchObject({ dropped })
    const offered = offer({ tool_choice }, model)
    expect([offered.choice, offered.names]).toEqual([choice, names])
  })

  it('is not forced while the model thinks', () => {
    expect(offer({ tool_choice: 'required' }, claude, false)).toMatchObject({
      choice: undefined,
      dropped: ['tool_choice'],
    })
  })

  it('of a tool that is not offered is refused', () => {
    expect(() => offer({ tool_choice: { type: 'function', function: { name: 'z' } } })).toThrow("'z' is none of")
  })

  it('is nothing when no tools are offered: an empty list is refused by Bedrock', () => {
    expect(offer({ tools: [] }).config).toBeUndefined()
  })
})

describe('tool names', () => {
  it('that are legal stay as they are', () => {
    const names = createToolNames(['get_weather', 'a-B_9'])
    expect(['get_weather', 'a-B_9'].map(names.toWire)).toEqual(['get_weather', 'a-B_9'])
  })

  it.each([
    ['files/read', 'files_read'],
    ['notes.list', 'notes_list'],
    ['träume', 'tr_ume'],
  ])('%s goes as %s and comes back', (name, wire) => {
    const names = createToolNames([name])
    expect(names.toWire(name)).toBe(wire)
    expect(names.fromWire(wire)).toBe(name)
  })

  it('never take the name of another tool, in whatever order they stand', () => {
    for (const order of [
      ['a/b', 'a_b'],
      ['a_b', 'a/b'],
      ['a/b', 'a.b', 'a_b'],
    ]) {
      const names = createToolNames(order)
      expect(names.toWire('a_b')).toBe('a_b')
      expect(new Set(order.map(names.toWire)).size).toBe(order.length)
    }
  })

  it('stay different where a caller gave the hashed name to another tool', () => {
    const hashed = createToolNames(['a_b', 'a.b']).toWire('a.b')
    const all = ['a.b', 'a_b', hashed]
    const names = createToolNames(all)
    expect(new Set(all.map(names.toWire)).size).toBe(3)
    expect(all.map(name => names.fromWire(names.toWire(name)))).toEqual(all)
  })

  it('are always legal, different for different names, and come back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 90 }), { maxLength: 12 }), all => {
        const names = createToolNames(all)
        const wire = all.map(names.toWire)
        for (const name of wire) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
        expect(new Set(wire).size).toBe(all.length)
        expect(wire.map(names.fromWire)).toEqual(all)
      }),
    )
  })
})

describe('tool call ids', () => {
  it.each(['call_abc123', 'tooluse_X-1', 'functions.f:0'])('%s stays as it is', id => {
    expect(toolIds.any(id)).toBe(id)
  })

  it('are shortened by hash, so that ids with one prefix stay different', () => {
    const [a, b] = [`fc_${'x'.repeat(80)}1`, `fc_${'x'.repeat(80)}2`].map(toolIds.any)
    expect(a).toMatch(/^[a-zA-Z0-9_.:-]{1,64}$/)
    expect(a).not.toBe(b)
  })

  it('of other models are hashed for Claude, which refuses points and colons', () => {
    expect(toolIds.wordCharacters('call_abc-1')).toBe('call_abc-1')
    const [a, b] = ['functions.f:0', 'functions.f:1'].map(toolIds.wordCharacters)
    expect(a).toMatch(/^call_[a-f0-9]{24}$/)
    expect(a).not.toBe(b)
  })

  it('are nine letters and digits for Mistral', () => {
    expect(toolIds.nineAlphanumerics('abc123XYZ')).toBe('abc123XYZ')
    const [a, b] = ['tooluse_aaaa', 'tooluse_bbbb'].map(toolIds.nineAlphanumerics)
    expect(a).toMatch(/^[a-zA-Z0-9]{9}$/)
    expect(a).not.toBe(b)
  })
})
