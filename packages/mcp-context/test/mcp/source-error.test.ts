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
  // It has answered, if badly: a child process is not started anew for that.
  ['kept', { code: 'INVALID_RESULT' }],
  ['kept', { code: 'UNSUPPORTED_RESULT_TYPE' }],
  ['kept', { name: 'InsufficientScopeError' }],
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

it.each([
  ['upstream_bad_response', { code: 'INVALID_RESULT' }, 'not of the shape'],
  ['invalid_request', { code: 'UNSUPPORTED_RESULT_TYPE' }, 'asks back'],
  ['upstream_auth_failed', { name: 'InsufficientScopeError' }, '`server.token`'],
  ['upstream_auth_failed', { code: 'CLIENT_HTTP_AUTHENTICATION', status: 401 }, '`server.token`'],
  ['upstream_unavailable', { code: 'CLIENT_HTTP_NOT_IMPLEMENTED', status: 307 }, '`server.url`'],
  ['upstream_unavailable', { code: 'CLIENT_HTTP_NOT_IMPLEMENTED', status: 404 }, '`server.url`'],
  ['invalid_request', { name: 'ProtocolError', code: -32602 }, 'arguments of the tool'],
  ['upstream_unavailable', { name: 'Error', code: 'ENOENT' }, '`server.command`'],
  ['upstream_unavailable', { code: 'CONNECTION_CLOSED' }, 'by hand'],
] as const)('It is %s by %j, and says where to look', (code, parts, remedy) => {
  const { error } = toSourceError(thrown(parts), { source: 'catalog', signal })
  expect(error.code).toBe(code)
  expect(error.message).toContain(remedy)
})

it('A connection is kept by a search that its caller gave up', () => {
  const left = AbortSignal.abort()
  expect(toSourceError(thrown({ code: 'NOT_CONNECTED' }), { source: 'catalog', signal: left })).toMatchObject({
    connection: 'kept',
    error: { code: 'cancelled' },
  })
})
