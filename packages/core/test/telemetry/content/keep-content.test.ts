import {
  type CallReport,
  type ChatCompletion,
  type ChatMiddleware,
  createGateway,
  forChat,
  type GatewayOptions,
  type RequestRecord,
} from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { secrets } from './secrets.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

type Messages = Parameters<ReturnType<typeof createGateway>['chat']>[0]['messages']

/** A gateway over a script, and everything it lets out. */
function openGateway(script: readonly ScriptStep[], options: Partial<GatewayOptions> = {}) {
  const records: RequestRecord[] = []
  const reports: CallReport[] = []
  const errors: unknown[] = []
  const gateway = createGateway({
    providers: [scriptedProvider('scripted', script)],
    auth: 'none',
    requestLog: { write: record => void records.push(record), flush: () => Promise.resolve() },
    onReport: report => void reports.push(report),
    onError: error => void errors.push(error),
    ...options,
  })
  return { gateway, records, reports, errors }
}

const user = (content: string): Messages => [{ role: 'user', content }]

async function recordOf(
  script: readonly ScriptStep[],
  {
    stream = false,
    messages = user('Hello'),
    ...options
  }: Partial<GatewayOptions> & { stream?: boolean; messages?: Messages },
): Promise<RequestRecord> {
  const { gateway, records } = openGateway(script, { logContent: true, ...options })
  const request = { model: 'scripted-1', messages }
  if (stream) await gateway.stream(request).completion()
  else await gateway.chat(request)
  await vi.waitUntil(() => records.length > 0)
  return records[0]!
}

describe('unless it is asked for', () => {
  it.each([
    ['a completion', false, ['a-private-answer']],
    ['a stream', true, ['a-private', '-answer']],
    ['a failure', false, [new Error('broken')]],
    ['a cut stream', true, ['a-private', new Error('broken')]],
  ] as const)('nothing of what %s says is in any record, report, header, or error', async (_name, stream, script) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { gateway, records, reports, errors } = openGateway([...script])
    const body = JSON.stringify({ model: 'scripted-1', stream, messages: user('a-private-prompt') })
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    await response.text()
    await vi.waitUntil(() => records.length > 0)
    const told = [records, reports, [...response.headers], errors.map(String), logged.mock.calls]
    expect(JSON.stringify(told)).not.toMatch(/a-private/)
    expect(Object.keys(records[0] ?? {})).not.toEqual(expect.arrayContaining(['prompt']))
  })
})

describe('content that is asked for', () => {
  it.each([false, true])('is in the record and nowhere else (stream: %s)', async stream => {
    const { gateway, records, reports } = openGateway(['Hel', 'lo'], { logContent: true })
    const told: unknown[] = []
    const request = { model: 'scripted-1', messages: user('a question') }
    const onReport = (...given: unknown[]): void => void told.push(given)
    if (stream) await gateway.stream(request, { onReport }).completion()
    else await gateway.chat(request, { onReport })
    await vi.waitUntil(() => records.length > 0)
    expect(records).toMatchObject([{ prompt: 'user: a question', completion: 'Hello' }])
    expect(JSON.stringify([reports, told])).not.toMatch(/a question|Hello/)
    expect(told).toEqual([[reports[0]]])
  })

  it('is nowhere where there is no log', async () => {
    const { gateway, reports } = openGateway(['Hello'], { logContent: true, requestLog: undefined })
    await gateway.chat({ model: 'scripted-1', messages: user('a question') })
    await vi.waitUntil(() => reports.length > 0)
    expect(JSON.stringify(reports)).not.toMatch(/a question|Hello/)
  })

  it('is the text of all messages, with what tools were asked and said', async () => {
    const { prompt } = await recordOf(['Yes'], {
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'Be ' },
            { type: 'text', text: 'kind.' },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'text', text: 'And this?' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: 'a cat' },
      ],
    })
    expect(prompt).toBe('system: Be kind.\n\nuser: And this?\n\nlook\n\n{"at":1}\n\ntool: a cat')
  })

  it('of a stream that its reader left is as much as passed', async () => {
    const { gateway, records } = openGateway(['one ', 'two ', new Promise(() => {})], { logContent: true })
    let chunks = 0
    for await (const _ of gateway.stream({ model: 'scripted-1', messages: user('count') })) {
      chunks += 1
      if (chunks === 2) break
    }
    await vi.waitUntil(() => records.length > 0)
    expect(records).toMatchObject([{ status: 'cancelled', prompt: 'user: count', completion: 'one two ' }])
  })

  it('of a call that was refused is its prompt', async () => {
    const { gateway, records } = openGateway([new Error('broken')], { logContent: true })
    await gateway.chat({ model: 'scripted-1', messages: user('hello') }).catch(() => {})
    await vi.waitUntil(() => records.length > 0)
    expect(records).toMatchObject([{ status: 'failed', prompt: 'user: hello', completion: undefined }])
  })

  it('goes through a function of one’s own', async () => {
    const redact = (text: string): string => text.toUpperCase()
    const record = await recordOf(['yes'], { logContent: { redact } })
    expect(record).toMatchObject({ prompt: 'USER: HELLO', completion: 'YES' })
  })

  it('is left out where that function throws; the call and its record are not', async () => {
    const broken = new Error('of the redactor')
    const errors: unknown[] = []
    const redact = (): string => {
      throw broken
    }
    const record = await recordOf(['yes'], { logContent: { redact }, onError: error => void errors.push(error) })
    expect([record.prompt, record.completion, record.status]).toEqual([undefined, undefined, 'completed'])
    expect(errors).toEqual([broken])
  })

  it('may be of a form that nobody knows; the call goes its way', async () => {
    const said = [{ role: 'user', content: 'hello', tool_calls: {}, function_call: 5 }] as unknown as Messages
    expect(await recordOf(['yes'], { messages: said })).toMatchObject({ prompt: 'user: hello', status: 'completed' })
    const completion = { choices: [null, { index: 0, message: { content: 'yes', tool_calls: [null] } }] }
    const answer: ChatMiddleware = async () => ({
      kind: 'completion',
      completion: { value: completion as unknown as ChatCompletion },
      settled: Promise.resolve({ status: 'completed', usageSource: 'estimated', costUsd: null }),
    })
    const record = await recordOf([], { use: [forChat(answer)] })
    expect(record).toMatchObject({ completion: 'yes', status: 'completed' })
  })

  it('is cut to maxChars', async () => {
    const record = await recordOf(['y'.repeat(30_000)], { stream: true, messages: user('x'.repeat(30_000)) })
    expect([record.prompt?.length, record.completion?.length]).toEqual([8_192, 8_192])
    const short = await recordOf(['yyyy'], { logContent: { maxChars: 3 } })
    expect([short.prompt, short.completion]).toEqual(['use', 'yyy'])
  })

  it('shows no half of a secret at the end of what was read, where redaction has made room for it', async () => {
    const long = `${'0123456789abcdef'.repeat(4)} `.repeat(20)
    for (let more = 0; more < 60; more += 1) {
      const text = `${long}${'. '.repeat(325)}${'.'.repeat(more)}sk-proj-AbcDefGhiJklMnoPqrStuvwx7`
      const { prompt } = await recordOf(['yes'], { messages: user(text), logContent: { maxChars: 1_000 } })
      expect(prompt).not.toContain('sk-')
    }
  })

  const secret = fc.constantFrom(...Object.values(secrets)).chain(kind => kind)
  const filler = fc
    .constantFrom(' ', '. ', '\n', ', and ')
    .chain(unit => fc.nat(3_000).map(times => unit.repeat(times)))

  it('holds no secret, however a stream was split and wherever it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        filler,
        secret,
        filler,
        fc.array(fc.nat(5_000), { maxLength: 12 }),
        fc.integer({ min: 1, max: 6_000 }),
        async (before, canary, after, cuts, maxChars) => {
          const text = `${before} ${canary} ${after}`
          const places = [0, ...cuts, before.length + 1 + ((cuts[0] ?? 0) % canary.length), text.length].sort(
            (a, b) => a - b,
          )
          const chunks = places
            .slice(1)
            .map((place, at) => text.slice(places[at], place))
            .filter(chunk => chunk !== '')
          const record = await recordOf(chunks, { stream: true, messages: user(text), logContent: { maxChars } })
          for (const kept of [record.prompt, record.completion]) {
            expect(kept?.length).toBeLessThanOrEqual(maxChars)
            expect(kept).not.toContain(canary.slice(0, 12))
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('the options', () => {
  it.each([
    [{ maxChars: 0 }, 'logContent'],
    [{ redact: 'yes' }, 'logContent'],
    ['yes', 'logContent'],
  ])('refuse %j', (logContent, message) => {
    expect(() => openGateway([], { logContent: logContent as never })).toThrow(message)
  })
})
