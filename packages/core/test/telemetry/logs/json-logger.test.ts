import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createGateway, GatewayError, type JsonLoggerOptions, jsonLogger } from '../../../src/index.ts'
import { scriptedProvider } from '../../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../../support/calls.ts'

afterEach(() => void vi.restoreAllMocks())

function logged(options: JsonLoggerOptions = {}) {
  const lines: string[] = []
  const logger = jsonLogger({ write: line => lines.push(line), now: () => 0, level: 'debug', ...options })
  return { logger, lines, parsed: () => lines.map(line => JSON.parse(line) as Record<string, unknown>) }
}

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
const secrets = {
  aws: 'AKIAIOSFODNN7EXAMPLE',
  openai: 'sk-proj-4f9aB2c8D1e7F6',
  ours: 'mg_live_4f9aB2c8D1e7F6a0',
  bearer: 'abcdefghijk1234567890',
  jwt,
  bedrock: `ABSK${'QmVkcm9ja0FQSUtleS1hYmNkLWF0LTEyMzQ1'.repeat(3)}=`,
  bedrockShort: `bedrock-api-key-${'YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249'.repeat(3)}`,
  awsSession: `IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ`,
  groq: 'gsk_a1B2c3D4e5F6g7H8i9J0k1L2',
  xai: 'xai-a1B2c3D4e5F6g7H8i9J0k1L2',
  google: 'AIzaSyA1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q',
}

describe('a JSON log', () => {
  it('has one object a line, with who and when', () => {
    const { logger, lines, parsed } = logged({ fields: { service: 'gateway' } })
    logger.log('warn', 'two\nlines', { requestId: 'call-1', traceId: 'a'.repeat(32), more: { count: 1 } })
    expect(lines.every(line => !line.includes('\n'))).toBe(true)
    expect(parsed()).toEqual([
      {
        timestamp: '1970-01-01T00:00:00.000Z',
        level: 'warn',
        message: 'two\nlines',
        requestId: 'call-1',
        traceId: 'a'.repeat(32),
        service: 'gateway',
        more: { count: 1 },
      },
    ])
  })

  it('keeps what is of its level and above', () => {
    const { logger, parsed } = logged({ level: 'warn' })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger.log(level, level)
    expect(parsed().map(({ level }) => level)).toEqual(['warn', 'error'])
    expect([logger.isOn('info'), logger.isOn('warn')]).toEqual([false, true])
  })

  it.each([
    'authorization',
    'Authorization',
    'x-api-key',
    'apiKey',
    'api_key',
    'clientSecret',
    'sessionToken',
    'password',
    'passwd',
    'pwd',
    'accessKey',
    'set-cookie',
    'credentials',
    'privateKey',
    'x-aws-access-key-id',
  ])('redacts what stands under %s, however deep', name => {
    const { logger, lines } = logged()
    logger.log('info', 'hi', { a: [{ b: { [name]: 'hunter2' } }], [name]: { inner: 'hunter2' } })
    expect(lines[0]).toContain(`"${name}":"[redacted]"`)
    expect(lines[0]).not.toContain('hunter2')
  })

  it('keeps counts of tokens', () => {
    const { logger, parsed } = logged()
    logger.log('info', 'hi', { promptTokens: 7, total_tokens: 8, tokens: null })
    expect(parsed()).toMatchObject([{ promptTokens: 7, total_tokens: 8, tokens: null }])
  })

  it('redacts numbers that are no counts, and what stands before the host of a URL', () => {
    const { logger, parsed } = logged()
    const url = new URL('https://user:hunter2@gateway.test/path')
    logger.log('info', 'hi', { password: 1234, token: 5678, hasPassword: true, url })
    expect(parsed()).toMatchObject([
      { password: '[redacted]', token: '[redacted]', hasPassword: true, url: 'https://[redacted]@gateway.test/path' },
    ])
  })

  it('writes no more than a collector takes in one line, however much it is given', () => {
    const { logger, lines } = logged()
    const wide = Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 'wide '.repeat(1_000)))
    logger.log('info', 'hi', { wide, last: wide })
    expect(lines[0]?.length).toBeLessThan(100_000)
  })

  it('copies no more than 500 values of what it is given, however small they are', () => {
    const { logger, lines } = logged()
    logger.log('info', 'hi', { wide: Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 7)) })
    expect(lines[0]?.match(/\b7\b/g)?.length).toBeLessThan(500)
    expect(lines[0]).toContain('[cut]')
  })

  it('outlives a line that is refused late', async () => {
    const refused = Promise.reject(new Error('The disk is full.'))
    jsonLogger({ write: () => refused }).log('error', 'hi')
    await turns()
  })

  it.each(Object.entries(secrets))('redacts %s by its form, in messages, values, names and errors', (form, secret) => {
    const { logger, lines } = logged()
    const said = `it said ${form === 'bearer' ? 'Bearer ' : ''}${secret} today`
    logger.log('error', said, { a: said, [said]: 1, list: [said], error: new Error(said, { cause: new Error(said) }) })
    expect(lines[0]).toContain('[redacted]')
    expect(lines[0]).not.toContain(secret)
  })

  it('survives cycles, depth, size, getters that throw and what JSON cannot hold', () => {
    const { logger, parsed } = logged()
    const cycle: Record<string, unknown> = { name: 'round' }
    cycle.self = cycle
    let deep: unknown = 'bottom'
    for (let depth = 0; depth < 5_000; depth += 1) deep = { deep }
    const hostile = Object.defineProperty({}, 'boom', {
      enumerable: true,
      get() {
        throw new Error('no')
      },
    })
    const proxy = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no')
        },
      },
    )
    const odd = {
      big: 1n,
      nan: Number.NaN,
      call: () => 1,
      symbol: Symbol('s'),
      bytes: Buffer.from('secret'),
      map: new Map(),
    }
    logger.log('info', 'x'.repeat(1e6), {
      cycle,
      deep,
      hostile,
      proxy,
      odd,
      wide: Array.from({ length: 1e5 }, () => 'wide'),
    })
    const [line] = parsed()
    expect(line).toMatchObject({
      cycle: { name: 'round', self: '[circular]' },
      hostile: { boom: '[unreadable]' },
      proxy: '[unreadable]',
      odd: { big: '1', nan: 'NaN', call: '[function]', symbol: '[symbol]', bytes: '[6 bytes]', map: '[0 members]' },
    })
    expect(inspect(line?.deep, { depth: null })).toContain('[deep]')
    expect(JSON.stringify(line).length).toBeLessThan(20_000)
  })

  it('is not fooled by names of prototypes, and its head is its own', () => {
    const { logger, parsed } = logged()
    logger.log('info', 'hi', JSON.parse('{"__proto__": {"level": "x"}, "level": "error", "timestamp": "never"}'))
    expect(parsed()).toMatchObject([{ level: 'info', timestamp: '1970-01-01T00:00:00.000Z' }])
    expect(Object.prototype).not.toHaveProperty('level')
  })

  it('never throws, whatever it is given and wherever it writes', () => {
    const { logger, lines } = logged()
    const broken = jsonLogger({
      write: () => {
        throw new Error('full')
      },
    })
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (message, fields) => {
        logger.log('info', message, { ...fields, requestId: 'a', traceId: 'b' })
        broken.log('info', message)
        expect(() => JSON.parse(lines.pop() ?? '') as unknown).not.toThrow()
      }),
    )
  })
})

describe('a gateway with a log', () => {
  const down = new GatewayError('upstream_unavailable', 'It is down.')

  it('tells of calls with their ids, failures louder than the rest, and what they said never', async () => {
    const { logger, lines, parsed } = logged()
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hi'], [down], [new TypeError('a fault of ours')])],
      routes: { fast: ['us/nova'] },
      retry: { enabled: false },
      auth: 'none',
      logger,
    })
    const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'call-7' },
      body: JSON.stringify(chatRequest({ messages: [{ role: 'user', content: 'my plan' }] })),
    })
    expect(answer.headers.get('x-request-id')).toBe('call-7')
    await rejection(gateway.chat(chatRequest()))
    await rejection(gateway.chat(chatRequest()))
    await rejection(gateway.chat(chatRequest({ max_tokens: -1 })))
    await turns()
    expect(parsed().filter(({ message }) => String(message).startsWith('call '))).toMatchObject([
      {
        level: 'debug',
        message: 'call completed',
        requestId: 'call-7',
        target: 'us/nova',
        attempts: [{ code: '200' }],
      },
      { level: 'warn', message: 'call failed', errorCode: 'upstream_unavailable' },
      { level: 'warn', message: 'call failed', errorCode: 'internal' },
      { level: 'debug', message: 'call failed', errorCode: 'invalid_request' },
    ])
    expect(lines.join('')).not.toContain('my plan')
  })

  it('tells of what an async one rejects with, and goes on', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    const log = (): Promise<void> => Promise.reject(new Error('The collector is gone.'))
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hi'])],
      logger: { isOn: () => true, log },
    })
    await gateway.chat(chatRequest({ model: 'us/nova' }))
    await turns()
    process.off('unhandledRejection', unhandled)
    expect(told).toHaveBeenCalledWith(
      'modelgate',
      expect.any(String),
      expect.stringContaining('The collector is gone.'),
    )
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('tells it what nobody may see, unless there is somebody else to tell', async () => {
    const { logger, parsed } = logged()
    const onReport = (): never => {
      throw new Error(`listener with ${secrets.openai}`)
    }
    const gateway = createGateway({ providers: [scriptedProvider('us', ['hi'])], onReport, logger })
    await gateway.chat(chatRequest({ model: 'us/nova' }))
    await turns()
    expect(parsed().find(({ level }) => level === 'error')).toMatchObject({
      message: 'listener with [redacted]',
      requestId: expect.any(String),
      error: { name: 'Error', stack: expect.stringContaining('json-logger.test') },
    })
  })
})
