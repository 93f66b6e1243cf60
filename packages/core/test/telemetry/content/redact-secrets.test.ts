import { redactSecrets } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secrets } from './secrets.ts'

describe('redactSecrets', () => {
  it.each([
    ['Write to ann.o+x@mail.example.com, please', 'Write to [redacted], please'],
    ['jürgen@müller.example', '[redacted]'],
    ['My card is 4111 1111 1111 1111.', 'My card is [redacted].'],
    ['4111-1111-1111-1111', '[redacted]'],
    ['378282246310005', '[redacted]'],
    ['Authorization: Bearer abcdef123', 'Authorization: Bearer [redacted]'],
    ['authorization: basic dXNlcjpwYXNz', 'authorization: basic dXNlcjpwYXNz'],
    ['authorization: basic dXNlcjpwYXNzd29yZDE=', 'authorization: basic [redacted]'],
    ['key=sk-test123456789abcdef', 'key=[redacted]'],
    ['mg_live_4fZk0000000000', '[redacted]'],
    ['sk_live_abcdef1234567890', '[redacted]'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '[redacted]'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQdG\n-----END PGP PRIVATE KEY BLOCK-----\nrest', '[redacted]\nrest'],
    ['AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', 'AWS_ACCESS_KEY_ID=[redacted]'],
    ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '[redacted]'],
    ['token eyJhbGciOiJI.eyJzdWIiOiIx.c2ln!', 'token [redacted]!'],
    ['sha 9f86d081884c7d659a2feaa0c55ad015', 'sha [redacted]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest', '[redacted]\nrest'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN', '[redacted]'],
    ['connect redis://default:p@ss-word@10.0.0.1:6379 failed', 'connect redis://[redacted]@10.0.0.1:6379 failed'],
  ])('makes of %j %j', (text, expected) => {
    expect(redactSecrets(text)).toBe(expected)
  })

  it.each([
    'A plain sentence, with a number like 1732131072000 and a date of 2026-11-20T10:00:00Z.',
    'A risk-assessment of the task-force in the disk-management-department-of-ours.',
    'The bearer of this letter; bearer information; a basic understanding of things.',
    'See /usr/local/lib/node_modules/some-package/dist/index.js:120:14 and https://example.com/a/b?c=d',
    'An id 123e4567-e89b-12d3-a456-426614174000, version 1.2.3, 10.000.000 users, user@localhost',
    'Order 4111 1111 1111 1112, phone 0049 30 123456',
    'The task_2_of_the_disk_usage_2024_report, and length_of_16_bits.',
    'The half_of_it in dhf_report_2024, raw_16_bits, wixai-7, and ABSKIND.',
    'See https://example.com/@name and https://example.com?by=@name, {"url":"https://example.com","at":"@name"}',
    'Ünïcödé 🙂 中文',
  ])('leaves %j as it is', text => {
    expect(redactSecrets(text)).toBe(text)
  })

  const surroundings = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'aZ0 .-_@/=+"\n'.split('')), maxLength: 60 }),
    fc.constantFrom('', 'key=', 'x', '7', 'Bearer ', '"', 'https://u:', 'eyJ', 'sk-', '@', '-----BEGIN '),
  )

  it.each(Object.entries(secrets))('leaves nothing of %s, wherever it stands', (_kind, secret) => {
    fc.assert(
      fc.property(surroundings, secret, surroundings, (before, canary, after) => {
        expect(redactSecrets(before + canary + after)).not.toContain(canary)
      }),
      { numRuns: 500 },
    )
  })

  it('is done with the worst text of 90,000 characters in no time worth naming', () => {
    const worst = [
      'sk-',
      'eyJa.',
      'eyJ',
      'bearer ',
      'a@',
      '4 ',
      '41',
      'aA',
      '-----BEGIN PRIVATE KEY-----',
      '.-',
      'mg_a_',
      'a.',
    ]
    for (const piece of worst) {
      const text = piece.repeat(Math.ceil(90_000 / piece.length))
      const startedAt = process.cpuUsage().user
      redactSecrets(text)
      expect((process.cpuUsage().user - startedAt) / 1_000, piece).toBeLessThan(1_000)
    }
  })
})
