import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAnswer, parseExact } from '../src/wire/exact-json.ts'
import { aChat, aRig, completionOf, type Rig } from './a-call.ts'
import { aClientRig } from './a-client.ts'
import { cannedUpstream } from './exact/canned-upstream.ts'

const long = '{"id":12345678901234567890,"ids":[-9007199254740993],"text":"12345678901234567890","x":1.0,"y":1e30}'

describe('JSON that is written again', () => {
  it('has all digits of its integers', () => {
    const written = JSON.stringify(parseExact(long))
    expect(written).toBe(long.replace('1.0', '1').replace('1e30', '1e+30'))
  })

  it.each([
    ['1e400'],
    ['-1E+400'],
    ['1e-400'],
    ['0.1234567890123456789'],
    ['12345678901234567.25'],
    ['1.00000000000000000001'],
    ['90071992547409931e3'],
  ])('has numbers that no double holds as they came: %s', number => {
    expect(JSON.stringify(parseExact(`{"a":[${number}]}`))).toBe(`{"a":[${number}]}`)
  })

  it.each([
    ['0e400'],
    ['-0.00000000000000000'],
    ['1.5000000000000000000'],
    ['0.1'],
    ['1e308'],
    ['5e-324'],
    ['123.456e001'],
  ])('has numbers that a double holds as any other: %s', number => {
    expect(parseExact(number)).toBe(JSON.parse(number))
  })

  it('is otherwise what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  it('is looked at number by number only where a tool is called', () => {
    const answer = `{"usage":{"inputTokens":12345678901234567890}}`
    expect(parseAnswer(answer)).toEqual(JSON.parse(answer))
    expect(parseAnswer('[]')).toBeUndefined()
    expect(parseAnswer('{"a":')).toBeUndefined()
  })
})

describe.each<[string, () => Promise<Rig>]>([
  ['over HTTP', () => aRig()],
  ['through a client of the SDK', () => aClientRig('http1')],
])('ids in tool calls, %s', (_way, open) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await open()
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  it('are told to the model as it wrote them', async () => {
    const called = {
      id: 't1',
      type: 'function',
      function: { name: 'refund', arguments: '{"order":1234567890123456789}' },
    }
    const messages = [
      { role: 'user', content: 'Refund it.' },
      { role: 'assistant', tool_calls: [called] },
      { role: 'tool', tool_call_id: 't1', content: 'done' },
    ]
    const tools = [{ type: 'function', function: { name: 'refund', parameters: { type: 'object', properties: {} } } }]
    await rig.chat(aChat({ messages, tools } as never))
    expect(rig.simulator.requests().at(-1)?.body).toContain('{"order":1234567890123456789}')
  })

  it('are sent, the nearest number at least, where no double holds them', async () => {
    const called = { id: 't1', type: 'function', function: { name: 'pay', arguments: '{"a":0.12345678901234567891}' } }
    const messages = [
      { role: 'user', content: 'Pay it.' },
      { role: 'assistant', tool_calls: [called] },
      { role: 'tool', tool_call_id: 't1', content: 'done' },
    ]
    const tools = [{ type: 'function', function: { name: 'pay', parameters: { type: 'object', properties: {} } } }]
    await rig.chat(aChat({ messages, tools } as never))
    expect(rig.simulator.requests().at(-1)?.body).toMatch(/\{"a":0.1234567890123456/)
  })
})

it.each<[string, (endpoint: string) => Promise<Rig>]>([
  ['over HTTP', endpoint => aRig({ endpoint })],
  ['through a client of the SDK', endpoint => aClientRig('http1', { config: { endpoint }, options: { endpoint } })],
])('ids in tool calls are told to the caller as the model wrote them, %s', async (_way, open) => {
  await using upstream = await cannedUpstream()
  await using rig = await open(upstream.url)
  const input = '{"order":1234567890123456789,"sum":12345678901234567.25}'
  const content = `[{"toolUse":{"toolUseId":"t1","name":"refund","input":${input}}}]`
  upstream.answer = {
    headers: { 'content-type': 'application/json' },
    body: `{"output":{"message":{"role":"assistant","content":${content}}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}`,
  }
  const tools = [{ type: 'function', function: { name: 'refund', parameters: { type: 'object', properties: {} } } }]
  const completion = completionOf(await rig.chat(aChat({ tools } as never)))
  expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({
    function: { name: 'refund', arguments: input },
  })
})
