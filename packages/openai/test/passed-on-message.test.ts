import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passedOnMessage } from '../src/passed-on-message.ts'

test.each([
  ['Incorrect key sk-proj-abcDEF123456 given', 'Incorrect key [masked] given'],
  ['Incorrect key: sk-abcd****wxyz.', 'Incorrect key: [masked].'],
  ['Authorization: Bearer abc.def-ghi was refused', 'Authorization: [masked] was refused'],
  [
    'Rate limit reached in organization org-AbCdEf123456 on requests',
    'Rate limit reached in organization [masked] on requests',
  ],
  ['key gsk_0123456789abcdef', 'key [masked]'],
  ['key AIzaSyA0123456789abcdefg', 'key [masked]'],
  ['User AIDACKCEVSQ6C2EXAMPLE with AKIAIOSFODNN7EXAMPLE', 'User [masked] with [masked]'],
  ['accessKeyIdASIAIOSFODNN7EXAMPLE is expired', 'accessKeyId[masked] is expired'],
  ['token ABSKQmVkcm9ja0FQSUtleS1hYmNk= or bedrock-api-key-YmVkcm9jay5h', 'token [masked] or [masked]'],
  ['the region asiapacificsoutheast is unknown', 'the region asiapacificsoutheast is unknown'],
  ['task-based risk-averse asks', 'task-based risk-averse asks'],
])('masks secrets: %s', (message, expected) => {
  expect(passedOnMessage(message, [])).toBe(expected)
})

test('is one line', () => {
  expect(passedOnMessage('  a\r\nb\u2028c\t\u0000d\n', [])).toBe('a b c d')
})

test('is at most 1,000 characters, and cheap for a huge message', () => {
  expect(passedOnMessage('x '.repeat(5_000_000), ['my-own-key'])).toHaveLength(1_000)
})

test('cuts no secret in two', () => {
  expect(passedOnMessage(`${'x'.repeat(990)} sk-abcdefghijklmnop`, [])).toMatch(/ \[masked\]$|x$/)
  expect(passedOnMessage(`${'x'.repeat(990)} sk-abcdefghijklmnop`, [])).not.toContain('sk-')
})

test('never holds a line break or a key, whatever surrounds it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const message = passedOnMessage(`${before} sk-secretsecret ${after}`, [])
      expect(message).not.toMatch(/[\r\n]|sk-secret/)
    }),
  )
})

test.each([
  ['the key in use, whatever its shape', 'no: my-own-key!', ['my-own-key'], 'no: [masked]!'],
  ['it inside of another word', 'https://x/?key=my-own-keys', ['my-own-key'], 'https://x/?key=[masked]s'],
  ['a key that looks like an expression', 'key a+b(c$&*d', ['a+b(c$&*d'], 'key [masked]'],
  ['a short key where it stands alone', 'the key k, token kk', ['k'], 'the key [masked], token kk'],
  ['a short key with signs', 'key a.b, not aXb', ['a.b'], 'key [masked], not aXb'],
])('masks %s', (_, message, secrets, expected) => {
  expect(passedOnMessage(message, secrets)).toBe(expected)
})

test('leaves no part of a key where a long message is cut', () => {
  for (let fill = 9_980; fill <= 10_000; fill++) {
    expect(passedOnMessage(`x${' '.repeat(fill)}my-own-key`, ['my-own-key'])).toMatch(/^x( \[?m?a?s?k?e?d?\]?)?$/)
  }
})
