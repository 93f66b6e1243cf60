import { describe, expect, it } from 'vitest'
import { z } from 'zod/mini'
import { faultsOf } from '../../src/wire/faults.ts'

const target = z.union([
  z.string(),
  z.object({ target: z.string(), weight: z.optional(z.number().check(z.minimum(1))) }),
])
const request = z.object({
  targets: z.optional(z.array(target).check(z.minLength(1), z.maxLength(3))),
  strategy: z.optional(z.enum(['ordered', 'weighted'])),
  apiKey: z.optional(z.object({ secret: z.string() })),
  name: z.optional(z.string().check(z.minLength(2), z.maxLength(8))),
  version: z.optional(z.literal(1)),
  step: z.optional(z.number().check(z.minimum(5), z.maximum(100))),
  metadata: z.optional(z.record(z.string().check(z.maxLength(5)), z.number())),
  even: z.optional(z.number().check(z.refine(value => value % 2 === 0, 'must be even; add one'))),
})

describe('faultsOf', () => {
  it('finds nothing wrong with a fitting value', () => {
    expect(faultsOf(request, { targets: ['a', { target: 'b', weight: 2 }], metadata: { fast: 1 } })).toEqual([])
  })

  it.each([
    [5, '', 'The request body must be an object, got 5.'],
    [{ targets: [] }, 'targets', '`targets` must not be empty.'],
    [{ targets: ['a', 'b', 'c', 'd'] }, 'targets', '`targets` must have at most 3 items.'],
    [{ targets: [7] }, 'targets[0]', '`targets[0]` must be a string or an object, got 7.'],
    [{ targets: [{ target: 'a', weight: 0 }] }, 'targets[0].weight', '`targets[0].weight` must be at least 1, got 0.'],
    [{ strategy: 'random' }, 'strategy', "`strategy`: 'random' is not a strategy; use one of ordered, weighted."],
    [{ version: 2 }, 'version', '`version` must be 1, got 2.'],
    [{ name: 'a' }, 'name', '`name` must have at least 2 characters.'],
    [{ name: 'abcdefghi' }, 'name', '`name` must have at most 8 characters.'],
    [{ step: 101 }, 'step', '`step` must be at most 100, got 101.'],
    [{ even: 3 }, 'even', '`even` must be even; add one.'],
    [
      { metadata: { colours: 1 } },
      'metadata.colours',
      '`metadata.colours` is not a valid name here: it must have at most 5 characters.',
    ],
  ])('%j: %s', (value, param, message) => {
    expect(faultsOf(request, value)).toEqual([{ param, message }])
  })

  it('calls the whole value what it is told to', () => {
    expect(faultsOf(request, [], { subject: 'The line' })[0]?.message).toBe(
      'The line must be an object, got an empty array.',
    )
  })

  it('quotes no secret that stands where something else should', () => {
    expect(faultsOf(request, { apiKey: 'sk-live-1' })).toEqual([
      { param: 'apiKey', message: '`apiKey` must be an object, got a string.' },
    ])
    const keys = z.object({ keys: z.array(z.object({ key: z.string() })) })
    expect(JSON.stringify(faultsOf(keys, { keys: ['mg_live_1'] }))).not.toContain('mg_live')
  })

  it('conceals what it is told to', () => {
    const conceal = (param: string): boolean => param === 'step'
    expect(faultsOf(request, { step: 'x', even: 'y' }, { conceal }).map(fault => fault.message)).toEqual([
      '`step` must be a number, got a string.',
      '`even` must be a number, got the string "y".',
    ])
  })
})
