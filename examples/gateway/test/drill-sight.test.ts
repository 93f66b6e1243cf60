import { describe, expect, it } from 'vitest'
import { moneyOf } from '../src/drill/money.ts'
import { describeSight, kindOf, readSight, type Sight } from '../src/drill/sight.ts'
import { type Asked, brokenPromises } from '../src/drill/truth.ts'

const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`
const text = chunk({ content: 'One' })
const finish = chunk({}, { finish_reason: 'stop' })
const done = 'data: [DONE]\n\n'
const error =
  'data: {"error":{"message":"It broke.","type":"upstream_error","param":null,"code":"stream_interrupted"}}\n\n'
const attempts = ': modelgate {"attempts":[],"costUsd":0.5,"usageSource":"estimated"}\n\n'

function stream(body: string): Sight {
  const headers = new Headers({ 'content-type': 'text/event-stream' })
  return readSight({ status: 200, headers, text: body, brokeOff: false })
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Sight {
  const all = new Headers({ 'content-type': 'application/json', ...headers })
  return readSight({
    status,
    headers: all,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    brokeOff: false,
  })
}

function asked(sight: Sight): Asked {
  return { sight, ms: 1, calls: [], struck: undefined, left: false }
}

const answer = (content: string | null, finish_reason: string | null): object => ({
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
})

describe('what a client saw', () => {
  it.each<readonly [what: string, sight: Sight, kind: string, lies: readonly string[]]>([
    ['whole stream', stream(text + finish + attempts + done), 'whole', []],
    ['in-band error stream_interrupted', stream(text + attempts + error), 'in-band error', []],
    [
      'in-band error stream_interrupted, then [DONE]',
      stream(text + error + done),
      'in-band error',
      ['[DONE] after an error'],
    ],
    [
      'in-band error stream_interrupted',
      stream(text + finish + error),
      'in-band error',
      ["finish_reason 'stop' beside an error"],
    ],
    ['in-band error stream_interrupted', stream(text + error + error), 'in-band error', ['2 errors in one answer']],
    [
      '200, broken off without a word',
      stream(text + finish),
      'unfinished',
      ['a stream that ends with neither an error nor finish_reason and [DONE]'],
    ],
    [
      '200, broken off without a word',
      stream(text + done),
      'unfinished',
      ['a stream that ends with neither an error nor finish_reason and [DONE]'],
    ],
    ['200 and nothing', stream(finish + done), 'unfinished', ['200 with nothing in it']],
    ['whole stream', stream(`${text}data: {"choi\n\n${finish}${done}`), 'whole', ['an event that no client can parse']],
    ['whole answer', json(200, answer('Two', 'stop')), 'whole', []],
    ['200 and nothing', json(200, answer('', 'stop')), 'unfinished', ['200 with nothing in it']],
    ['200, broken off without a word', json(200, answer('Two', null)), 'unfinished', ['an unfinished answer']],
    ['whole answer', json(200, { data: [{ embedding: [0.1] }], usage: { prompt_tokens: 1 } }), 'whole', []],
    [
      '503 circuit_open, Retry-After 9',
      json(503, { error: { code: 'circuit_open' } }, { 'retry-after': '9', 'x-should-retry': 'true' }),
      'error status',
      [],
    ],
    [
      '429 rate_limited',
      json(429, { error: { code: 'rate_limited' } }, { 'x-should-retry': 'true' }),
      'error status',
      ['429 without Retry-After'],
    ],
    [
      '502 no error body',
      json(502, '<html>Bad gateway</html>'),
      'error status',
      [
        "an upstream's HTML page reached the client",
        "502 without an error in OpenAI's form",
        '502 without x-should-retry',
      ],
    ],
  ])('%s', (what, sight, kind, lies) => {
    expect([describeSight(sight), kindOf(sight)]).toEqual([what, kind])
    expect(brokenPromises(asked(sight), 3)).toEqual(lies)
  })

  it('is no broken promise where the client left in the middle', () => {
    expect(brokenPromises({ ...asked(stream(text)), left: true }, 3)).toEqual([])
  })
})

describe('what an answer cost', () => {
  const price = { input: 1_000_000, output: 1_000_000 }
  const call = (target: string, status: number): Asked['calls'][number] => ({
    target,
    record: {
      method: 'POST',
      path: '/',
      headers: {},
      body: '',
      json: undefined,
      operation: 'chat',
      model: target,
      status,
      rule: undefined,
      outcome: 'sent',
      sentBytes: 1,
    },
  })
  const money = (
    cost: string | undefined,
    calls: Asked['calls'],
    prices = (target: string) => (target === 'b' ? undefined : price),
  ) =>
    moneyOf(
      {
        ...asked(json(200, answer('Two', 'stop'), cost === undefined ? {} : { 'x-modelgate-cost-usd': cost })),
        calls,
        struck: 'b',
      },
      prices,
    )

  it('is the usage that reached the client at the price of the target that answered', () => {
    expect(money('2', [call('a', 200)])).toEqual({ usd: 2, isEstimate: false, faults: [] })
    expect(money('1', [call('a', 200)]).faults).toEqual(['it says $1; its usage comes to $2'])
    expect(money('3', [call('a', 200)]).faults).toEqual(['it says $3; its usage comes to $2'])
    expect(money(undefined, [call('a', 200)]).faults).toEqual(['its cost is missing; its usage comes to $2'])
  })

  it('may be more, or not known, for what a lost attempt may have used', () => {
    expect(money('3', [call('c', 200), call('a', 200)]).faults).toEqual([])
    expect(money('1', [call('c', 200), call('a', 200)]).faults).toEqual(['it says $1; its usage comes to $2'])
    expect(money(undefined, [call('b', 200), call('a', 200)]).faults).toEqual([])
  })

  it('is unknown where no price is, and then no figure is told', () => {
    expect(money(undefined, [call('b', 200)])).toEqual({ usd: null, isEstimate: false, faults: [] })
    expect(money('0', [call('b', 200)]).faults).toEqual(['it says $0, and no price is known'])
  })

  it('is estimated of a broken stream, and not nothing', () => {
    const broken = (report: string): readonly string[] =>
      moneyOf({ ...asked(stream(`${text}: modelgate ${report}\n\n${error}`)), calls: [call('a', 200)] }, () => price)
        .faults
    expect(broken('{"costUsd":0.5,"usageSource":"estimated"}')).toEqual([])
    expect(broken('{"costUsd":0,"usageSource":"estimated"}')).toEqual(['what was read of the answer cost $0'])
    expect(broken('{"costUsd":0.5,"usageSource":"reported"}')).toEqual([
      'usage of a broken answer is called reported, not estimated',
    ])
  })
})
