import { expect, it } from 'vitest'
import { isIsoMoment } from '../src/iso-moment.ts'

it.each([
  '2027-01-31',
  '2028-02-29',
  '2027-01-31T00:00:00Z',
  '2027-01-31T09:30+05:30',
  '2027-01-31T00:00:00.000-08:00',
])('%s is a moment, the same wherever the process runs', text => expect(isIsoMoment(text)).toBe(true))

it.each([
  // Days that are none, which JavaScript takes for days of the next month.
  '2027-02-29',
  '2027-02-30',
  '2027-04-31T00:00:00Z',
  '2027-13-01',
  // Times of whatever zone the process has: two instances would let a key go at two times.
  '2027-01-31T00:00:00',
  '2027-01-31T00:00',
  '90',
  '3/4/2027',
  '2027-01-31T00:00:00Zulu',
])('%s is none', text => expect(isIsoMoment(text)).toBe(false))
