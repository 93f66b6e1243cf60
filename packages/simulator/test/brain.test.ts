import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instanceOf } from '../src/brain/instance-of.ts'
import type { OfferedTool, Prompt, Turn } from '../src/brain/prompt.ts'
import { properNouns, quotedTexts } from '../src/brain/prompt-words.ts'
import { respond } from '../src/brain/respond.ts'
import { slicesOf } from '../src/brain/slices.ts'
import { countTokens, tokensOf } from '../src/brain/tokens.ts'
import { createRandom } from '../src/random.ts'

const turn = (text: string, rest: Partial<Turn> = {}): Turn => ({
  role: 'user',
  text,
  toolCalls: [],
  toolResults: [],
  ...rest,
})
const prompt = (text: string, rest: Partial<Prompt> = {}): Prompt => ({
  system: '',
  turns: [turn(text)],
  tools: [],
  toolDemand: 'auto',
  parallelTools: true,
  maxTokens: undefined,
  stop: [],
  schema: undefined,
  reasons: false,
  newToolCallId: () => 'id',
  variant: 0,
  billedText: text,
  ...rest,
})
const tool = (name: string, description = '', schema: unknown = { type: 'object', properties: {} }): OfferedTool => ({
  name,
  description,
  schema,
})
const cityTool = tool('get_weather', 'Weather of a city', {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
})
const called = (text: string, tools: readonly OfferedTool[], rest: Partial<Prompt> = {}) =>
  respond(prompt(text, { tools, ...rest })).toolCalls.map(call => [call.name, call.input])

describe('what the model says', () => {
  it.each([
    ['Say exactly: "two words"', 'two words'],
    ['Please repeat after me: line one\nline two', 'line one\nline two'],
    ['Reply with just the following: OK', 'OK'],
    ['Can you count to 3?', '1 2 3'],
  ])('obeys %j', (text, said) => {
    expect(respond(prompt(text)).text).toBe(said)
  })

  it('names the facts that a gateway has added, and takes the question without them', () => {
    const block = '<context id="x">\nData.\n{"items":[{"name":"Hollin Kettle","price":49.5}]}\n</context id="x">'
    const { text } = respond(prompt(`Which kettle?\n${block}`))
    expect(text).toMatch(/^You asked: "Which kettle\?" .* I was given: Hollin Kettle \(49\.5\)\.$/)
    expect(respond(prompt(`Say exactly: "two words"\n${block}`)).text).toBe('two words')
  })

  it('works the question into its answer, the same each time', () => {
    const { text, ending } = respond(prompt('What is love?'))
    expect([ending, text]).toEqual(['end', expect.stringContaining('You asked: "What is love?"')])
    expect(respond(prompt('What is love?')).text).toBe(text)
    expect(respond(prompt('What is love?', { variant: 1 })).text).not.toBe(text)
  })

  it('never counts more tokens than it may, and says so', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), maxTokens => {
        const reply = respond(prompt('Count to 50', { maxTokens }))
        expect(reply.outputTokens).toBe(Math.min(maxTokens, 50))
        expect(reply.ending).toBe(maxTokens < 50 ? 'length' : 'end')
      }),
    )
  })

  it('stops at whichever stop sequence comes first', () => {
    const reply = respond(prompt('Count to 9', { stop: [' 7', ' 4', 'x'] }))
    expect(reply).toMatchObject({ text: '1 2 3', ending: 'stop-sequence', stopSequence: ' 4' })
  })
})

describe('which tools it calls', () => {
  it.each<[string, string, readonly OfferedTool[], unknown[]]>([
    [
      'the one whose description fits',
      'Will it rain in Oslo? Check the weather',
      [tool('send_mail', 'Send an e-mail'), cityTool],
      [['get_weather', { city: 'Oslo' }]],
    ],
    ['none when nothing fits', 'Tell me a joke', [cityTool], []],
    [
      'all that are named',
      'use alpha and beta',
      [tool('alpha'), tool('beta'), tool('gamma')],
      [
        ['alpha', {}],
        ['beta', {}],
      ],
    ],
    [
      'one of them once for each name after both',
      'Weather in both Paris and San José?',
      [cityTool],
      [
        ['get_weather', { city: 'Paris' }],
        ['get_weather', { city: 'San José' }],
      ],
    ],
    ['camelCase names as words', 'search the archive', [tool('searchArchive')], [['searchArchive', {}]]],
  ])('%s', (_what, text, tools, calls) => {
    expect(called(text, tools)).toEqual(calls)
  })

  it('obeys none, any, a name, and the refusal of parallel calls', () => {
    expect(called('weather', [cityTool], { toolDemand: 'none' })).toEqual([])
    expect(called('a joke', [tool('alpha'), cityTool], { toolDemand: 'any' })).toEqual([['alpha', {}]])
    expect(called('a joke', [cityTool, tool('alpha')], { toolDemand: { name: 'alpha' } })).toEqual([['alpha', {}]])
    expect(called('use alpha and beta', [tool('alpha'), tool('beta')], { parallelTools: false })).toEqual([
      ['alpha', {}],
    ])
  })

  it('answers once it has the result, unless it is made to call again', () => {
    const turns = [
      turn('Weather in Rome?'),
      turn('', { role: 'assistant', toolCalls: [{ id: 'c', name: 'get_weather', input: {} }] }),
      turn('and the weather?', { toolResults: [{ id: 'c', text: '30 °C' }] }),
    ]
    expect(respond(prompt('', { turns, tools: [cityTool] })).text).toContain('get_weather answered: 30 °C')
    expect(respond(prompt('', { turns, tools: [cityTool], toolDemand: 'any' })).ending).toBe('tools')
  })

  it('calls another tool when it must call one again and nothing speaks for any', () => {
    const turns = [
      turn('Weather in Rome?'),
      turn('', { role: 'assistant', toolCalls: [{ id: 'c', name: 'get_weather', input: {} }] }),
      turn('', { toolResults: [{ id: 'c', text: '30 °C' }] }),
    ]
    const { toolCalls } = respond(prompt('', { turns, tools: [cityTool, tool('json_answer')], toolDemand: 'any' }))
    expect(toolCalls.map(({ name }) => name)).toEqual(['json_answer'])
  })
})

describe('instances of schemas', () => {
  const from = (text: string) => ({ text, ordinal: 0 })

  it.each<[unknown, string, unknown]>([
    [{ const: 5 }, '', 5],
    [{ enum: ['red', 'blue'] }, 'paint it blue', 'blue'],
    [{ enum: ['red', 'blue'] }, 'paint it', 'red'],
    [{ type: 'string', default: 'x' }, 'y', 'x'],
    [{ type: 'string', examples: ['e'] }, 'y', 'e'],
    [{ type: 'integer' }, 'give me 42 of them', 42],
    [{ type: 'integer', minimum: 10, maximum: 20 }, 'give me 42', 20],
    [{ type: 'number', multipleOf: 5 }, 'about 7', 10],
    [{ type: 'string' }, 'mail "the report" to Bob', 'the report'],
    [{ type: 'string', format: 'date' }, 'x', '2026-01-01'],
    [{ type: 'string', minLength: 5, maxLength: 6 }, 'hi', 'hi...'],
    [{ type: ['null', 'boolean'] }, 'x', true],
    [{ type: 'array', items: { type: 'string' }, minItems: 2 }, 'to Ann and Bob', ['Ann', 'Bob']],
    [{ type: 'object', properties: { a: { type: 'null' }, b: {} }, required: ['a'] }, 'x', { a: null }],
    [{ $ref: '#/$defs/n', $defs: { n: { type: 'boolean' } } }, 'x', true],
    [{ anyOf: [{ type: 'boolean' }, { type: 'string' }] }, 'x', true],
    [
      {
        allOf: [
          { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
          { properties: { b: { const: 2 } }, required: ['b'] },
        ],
      },
      'x',
      { a: 1, b: 2 },
    ],
  ])('%j from %j', (schema, text, instance) => {
    expect(instanceOf(schema, from(text))).toEqual(instance)
  })

  it('of a schema without an end have one', () => {
    const tree = { type: 'object', properties: { left: { $ref: '#' }, leaf: { type: 'string' } } }
    expect(JSON.stringify(instanceOf(tree, from('x'))).length).toBeLessThan(2000)
    const list = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] }
    expect(instanceOf(list, from('x'))).toHaveProperty('next')
  })
})

describe('words and tokens', () => {
  it('joined again are the text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (text, seed) => {
        expect(tokensOf(text).join('')).toBe(text)
        expect(slicesOf(text, createRandom(seed)).join('')).toBe(text)
      }),
    )
  })

  it('are about four characters long', () => {
    const prose = 'The quick brown fox jumps over the lazy dog and returns to its den before night falls. '.repeat(10)
    expect(prose.length / countTokens(prose)).toBeGreaterThan(3)
    expect(prose.length / countTokens(prose)).toBeLessThan(5.5)
  })

  it('that are names or quoted are found', () => {
    expect(properNouns('Compare New York, Paris and the Rhine. What is it?')).toEqual(['New York', 'Paris', 'Rhine'])
    expect(quotedTexts(`say "a b" or 'c'; it's`)).toEqual(['a b', 'c'])
  })
})
