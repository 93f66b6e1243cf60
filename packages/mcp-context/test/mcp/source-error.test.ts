import { expect, it } from 'vitest'
import { toSourceError } from '../../src/mcp/source-error.ts'

const { signal } = new AbortController()
const thrown = (parts: object): Error =>
  Object.assign(new Error('it quotes the question'), { name: 'SdkError', ...parts })

it.each([
  ['lost', { code: 'CONNECTION_CLOSED' }],
  ['lost', { status: 500 }],
  ['stale', { status: 404 }],
  ['stale', { status: 400 }],
  // Nothing was sent: a child process is being ended that wrote more than it may.
  ['stale', { code: 'NOT_CONNECTED' }],
  ['kept', { status: 401 }],
  ['kept', { name: 'ProtocolError', code: -32602 }],
] as const)('A connection is %s by %j, and the error quotes nobody', (connection, parts) => {
  const failure = toSourceError(thrown(parts), { source: 'catalog', signal })
  expect(failure.connection).toBe(connection)
  expect(failure.error.message).toMatch(/^The MCP source catalog failed: /)
  expect(failure.error.message).not.toMatch(/question/)
  expect(failure.error.cause).toBeUndefined()
})

it.each([
  ['invalid_request', -32602],
  ['invalid_request', -32002],
  ['upstream_bad_response', -32601],
  ['upstream_bad_response', -32603],
] as const)('It is %s where the server answered %i', (code, answered) => {
  const parts = { name: 'ProtocolError', code: answered }
  expect(toSourceError(thrown(parts), { source: 'catalog', signal }).error.code).toBe(code)
})

it('A connection is kept by a search that its caller gave up', () => {
  const left = AbortSignal.abort()
  expect(toSourceError(thrown({ code: 'NOT_CONNECTED' }), { source: 'catalog', signal: left })).toMatchObject({
    connection: 'kept',
    error: { code: 'cancelled' },
  })
})
