import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorDetail, isErrorEvent } from '../src/error-detail.ts'

describe('errorDetail', () => {
  test.each([
    [
      'OpenAI',
      { error: { message: 'no', type: 'invalid_request_error', param: 'n', code: 'bad' } },
      { message: 'no', type: 'invalid_request_error', param: 'n', code: 'bad' },
    ],
    ['nulls', { error: { message: 'no', type: null, param: null, code: null } }, { message: 'no' }],
    ['a text', { error: 'model not found' }, { message: 'model not found' }],
    [
      'vLLM',
      { object: 'error', message: 'no', type: 'BadRequestError', code: 400 },
      { message: 'no', type: 'BadRequestError', status: 400 },
    ],
    ['OpenRouter', { error: { message: 'no', code: 502 } }, { message: 'no', status: 502 }],
    ['an array', [{ error: { message: 'no', code: 429 } }], { message: 'no', status: 429 }],
    ['FastAPI', { detail: 'Not Found' }, { message: 'Not Found' }],
    [
      'FastAPI by field',
      { detail: [{ loc: ['body', 'stream_options', 'x'], msg: 'extra' }] },
      { message: 'extra', param: 'stream_options.x' },
    ],
  ])('reads the shape of %s', (_, body, expected) => {
    const defined = Object.fromEntries(Object.entries(errorDetail(body)).filter(([, value]) => value !== undefined))
    expect(defined).toEqual(expected)
  })

  test('takes anything', () => {
    fc.assert(fc.property(fc.jsonValue(), body => void errorDetail(body)))
  })
})

test.each([
  [{ error: { message: 'no' } }, true],
  [{ error: 'no' }, true],
  [{ object: 'error', message: 'no' }, true],
  [{ error: null, choices: [] }, false],
  [{ choices: [{ finish_reason: 'error' }] }, false],
  [undefined, false],
])('isErrorEvent(%j) is %s', (event, expected) => {
  expect(isErrorEvent(event)).toBe(expected)
})
