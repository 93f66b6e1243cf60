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
  ['task-based risk-averse asks', 'task-based risk-averse asks'],
])('masks secrets: %s', (message, expected) => {
  expect(passedOnMessage(message)).toBe(expected)
})

test('is one line', () => {
  expect(passedOnMessage('  a\r\nb\u2028c\t\u0000d\n')).toBe('a b c d')
})

test('is at most 1,000 characters, and cheap for a huge message', () => {
  expect(passedOnMessage('x '.repeat(5_000_000))).toHaveLength(1_000)
})

test('cuts no secret in two', () => {
  expect(passedOnMessage(`${'x'.repeat(990)} sk-abcdefghijklmnop`)).toMatch(/ \[masked\]$|x$/)
  expect(passedOnMessage(`${'x'.repeat(990)} sk-abcdefghijklmnop`)).not.toContain('sk-')
})

test('never holds a line break or a key, whatever surrounds it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const message = passedOnMessage(`${before} sk-secretsecret ${after}`)
      expect(message).not.toMatch(/[\r\n]|sk-secret/)
    }),
  )
})
