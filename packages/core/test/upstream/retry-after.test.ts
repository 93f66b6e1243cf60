import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterMs } from '../../src/upstream/retry-after.ts'

const now = Date.parse('2026-11-20T10:00:00Z')

test.each([
  ['seconds', { 'retry-after': '3' }, 3_000],
  ['parts of a second', { 'retry-after': '0.25' }, 250],
  ['zero, which is no time to wait', { 'retry-after': '0' }, undefined],
  ['seconds where the milliseconds are zero', { 'retry-after-ms': '0', 'retry-after': '3' }, 3_000],
  ['an HTTP date', { 'retry-after': 'Fri, 20 Nov 2026 10:00:07 GMT' }, 7_000],
  ['an HTTP date gone by', { 'retry-after': 'Fri, 20 Nov 2026 09:00:00 GMT' }, undefined],
  ['an HTTP date of RFC 850', { 'retry-after': 'Friday, 20-Nov-26 10:00:07 GMT' }, 7_000],
  ['an HTTP date of asctime, which is in GMT wherever this runs', { 'retry-after': 'Fri Nov 20 10:00:07 2026' }, 7_000],
  ['an HTTP date of a day with one figure', { 'retry-after': 'Tue Dec  1 10:00:07 2026' }, 86_400_000],
  ['a date with the zone in figures', { 'retry-after': 'Fri, 20 Nov 2026 10:00:07 +0000' }, 7_000],
  ['milliseconds', { 'retry-after-ms': '120' }, 120],
  ['milliseconds before seconds', { 'retry-after-ms': '120', 'retry-after': '3' }, 120],
  ['seconds where the milliseconds cannot be read', { 'retry-after-ms': 'soon', 'retry-after': '3' }, 3_000],
  ['more than a day', { 'retry-after': '999999' }, 86_400_000],
  ['more milliseconds than a day', { 'retry-after-ms': '9'.repeat(20) }, 86_400_000],
  ['a date in years', { 'retry-after': 'Fri, 20 Nov 2099 10:00:00 GMT' }, 86_400_000],
  ['no number that there is', { 'retry-after': '9'.repeat(400) }, undefined],
  ['seconds where the milliseconds are none', { 'retry-after-ms': '9'.repeat(400), 'retry-after': '3' }, 3_000],
  ['a word', { 'retry-after': 'soon' }, undefined],
  ['a word that Date.parse takes for a year', { 'retry-after': 'Soon 1' }, undefined],
  ['a weekday alone', { 'retry-after': 'Monday 1' }, undefined],
  ['a date without its weekday', { 'retry-after': '2026-11-20T10:00:07Z' }, undefined],
  ['a negative number', { 'retry-after': '-3' }, undefined],
  ['an empty one', { 'retry-after': '' }, undefined],
  ['nothing', {}, undefined],
])('retry-after: %s', (_, headers, expected) => {
  expect(retryAfterMs(headers, now)).toBe(expected)
})

test('is never zero, negative, NaN or more than a day, whatever the upstream writes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String), fc.double().map(String)), text => {
      const ms = retryAfterMs({ 'retry-after': text }, now)
      expect(ms === undefined || (ms > 0 && ms <= 86_400_000)).toBe(true)
    }),
  )
})
