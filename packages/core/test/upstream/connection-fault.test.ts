import { describe, expect, it } from 'vitest'
import { connectionFault, faultCode, withoutBytes } from '../../src/upstream/connection-fault.ts'

const coded = (code: string): Error => Object.assign(new Error('failed'), { code })
/** As undici makes it: with a code that is undefined. */
const parserError = Object.assign(new Error('Invalid header token'), { name: 'HTTPParserError', code: undefined })

describe('connectionFault()', () => {
  it.each([
    ['ECONNRESET', 'it closed the connection'],
    ['UND_ERR_SOCKET', 'it closed the connection'],
    ['ETIMEDOUT', 'it did not answer in time'],
    ['UND_ERR_HEADERS_TIMEOUT', 'it did not answer in time'],
    ['UND_ERR_CONNECT_TIMEOUT', 'no connection to it came about in time'],
    ['HPE_INVALID_CONSTANT', 'it did not speak HTTP; check whether its address is http or https'],
    ['HPE_CR_EXPECTED', 'it did not speak HTTP; check whether its address is http or https'],
    ['UND_ERR_HTTP_PARSER', 'it did not speak HTTP; check whether its address is http or https'],
    ['HPE_HEADER_OVERFLOW', 'its headers are too long'],
    ['UND_ERR_HEADERS_OVERFLOW', 'its headers are too long'],
    ['EPROTO', 'TLS with it failed; check whether its address is http or https'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS with it failed; check whether its address is http or https'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'TLS with it failed; check whether its address is http or https'],
    ['ENEXTYEAR', 'the connection failed'],
    ['toString', 'the connection failed'],
    ['NOT_HPE_AT_ALL', 'the connection failed'],
    ['EPROTOTYPE', 'the connection failed'],
  ])('says what %s means', (code, meaning) => {
    expect(connectionFault(coded(code))).toBe(`${meaning} (${code})`)
  })

  it('knows the errors of undici’s parser, which have no code, by their name', () => {
    const meaning = 'it did not speak HTTP; check whether its address is http or https'
    expect(connectionFault(parserError)).toBe(`${meaning} (HTTPParserError)`)
  })

  it.each([[undefined], ['ECONNRESET'], [new Error('ECONNRESET')], [{ code: 'ECONNRESET' }]])(
    'says no more than that of %o, which has no code',
    cause => {
      expect(connectionFault(cause)).toBe('the connection failed')
    },
  )
})

it('faultCode() is the code, where it is text', () => {
  expect([faultCode(coded('EPIPE')), faultCode(Object.assign(new Error(), { code: 7 }))]).toEqual(['EPIPE', undefined])
  expect(faultCode(parserError)).toBe('HTTPParserError')
})

describe('withoutBytes()', () => {
  it('takes what a parser stopped at out of an error, however deep it is, and nothing else', () => {
    const node = Object.assign(coded('HPE_INVALID_CONSTANT'), { rawPacket: Buffer.from('an answer'), reason: 'why' })
    const undici = Object.assign(new Error('no HTTP', { cause: node }), { name: 'HTTPParserError', data: 'an answer' })
    const error = Object.assign(new TypeError('terminated', { cause: undici }), { data: 'of somebody else' })
    expect(withoutBytes(error)).toBe(error)
    expect([Object.keys(error), Object.keys(undici), Object.keys(node)]).toEqual([
      ['data'],
      ['name'],
      ['code', 'reason'],
    ])
  })

  it('comes to an end with an error that is its own cause, and leaves what is no error', () => {
    const error = new Error('round')
    error.cause = error
    expect([withoutBytes(error), withoutBytes('gone'), withoutBytes(undefined)]).toEqual([error, 'gone', undefined])
  })
})
