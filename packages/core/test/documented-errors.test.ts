import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type ErrorCode, GatewayError } from '../src/errors.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')
const [, union = ''] = /^export type ErrorCode =\n((?: {2}\| '\w+'\n)+)/m.exec(read('../src/errors.ts')) ?? []
const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code as ErrorCode)

/** Each row of the README's table of errors, once for each of its codes. */
const rows = [
  ...read('../README.md').matchAll(/^\| ((?:`\w+`(?:, )?)+) \| (\d{3}[^|]*) \| ((?:yes|no)[^|]*) \|/gm),
].flatMap(([, names = '', status = '', retry = '']) =>
  [...names.matchAll(/`(\w+)`/g)].map(([, code]) => ({ code: code as ErrorCode, status, retry })),
)

it('every error stands in the README once, and no other does', () => {
  expect(codes.length).toBeGreaterThan(30)
  expect(rows.map(({ code }) => code).toSorted()).toEqual(codes.toSorted())
})

it.each(rows)('$code stands there with its status, and whether to try again', ({ code, status, retry }) => {
  const error = new GatewayError(code, 'no')
  expect(status).toContain(String(error.status))
  expect(retry.startsWith('yes')).toBe(error.retryable)
})
