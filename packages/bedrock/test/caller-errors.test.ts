import { expect, it } from 'vitest'
import { toCallerError } from '../src/credentials/caller-errors.ts'

it.each([
  ['', 401, 401],
  ['', 403, 403],
  ['AccessDeniedException', 403, 403],
  ['UnrecognizedClientException', 403, 401],
  ['ExpiredTokenException', 403, 401],
])('keys that were refused with %o and %i are told as %i', (name, status, told) => {
  const error = toCallerError({ name, status, message: 'No.' })
  expect(error).toMatchObject({ code: 'upstream_auth_failed', status: told })
})
