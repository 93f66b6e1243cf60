import { describe, expect, it } from 'vitest'
import { z } from 'zod/mini'
import { faultsOf } from '../../src/wire/faults.ts'

const target = z.union([
  z.string(),
  z.strictObject({ target: z.string(), weight: z.optional(z.number().check(z.positive())) }),
])
const settings = z.strictObject({
  targets: z.optional(z.array(target).check(z.minLength(1), z.maxLength(3))),
  strategy: z.optional(z.enum(['ordered', 'weighted'])),
  baseURL: z.optional(z.url()),
  apiKey: z.optional(z.strictObject({ secret: z.string() })),
  name: z.optional(z.string().check(z.regex(/^[a-z]+$/), z.maxLength(8))),
  version: z.optional(z.literal(1)),
  step: z.optional(z.number().check(z.multipleOf(5), z.lt(100))),
  routes: z.optional(z.record(z.string().check(z.regex(/^[a-z]+$/)), z.number())),
  even: z.optional(z.number().check(z.refine(value => value % 2 === 0, 'must be even; add one'))),
})

describe('faultsOf', () => {
  it('finds nothing wrong with a fitting value', () => {
    expect(faultsOf(settings, { targets: ['a', { target: 'b', weight: 2 }], routes: { fast: 1 } })).toEqual([])
  })

  it.each([
    [5, '', 'the value must be an object, got 5.'],
    [{ tragets: [] }, '', 'the value has no member `tragets`; did you mean `targets`?'],
    [
      { targets: [{ target: 'a', until: 1 }] },
      'targets[0]',
      '`targets[0]` has no member `until`; there is `target`, `weight`.',
    ],
    [{ targets: [] }, 'targets', '`targets` must not be empty.'],
    [{ targets: ['a', 'b', 'c', 'd'] }, 'targets', '`targets` must have at most 3 items.'],
    [{ targets: [7] }, 'targets[0]', '`targets[0]` must be a string or an object, got 7.'],
    [{ targets: [{ target: 'a', weight: 0 }] }, 'targets[0].weight', '`targets[0].weight` must be more than 0, got 0.'],
    [
      { targets: [{ target: 'a', wieght: 1 }] },
      'targets[0]',
      '`targets[0]` has no member `wieght`; did you mean `weight`?',
    ],
    [{ strategy: 'random' }, 'strategy', "`strategy`: 'random' is not a strategy; use one of ordered, weighted."],
    [{ version: 2 }, 'version', '`version` must be 1, got 2.'],
    [{ baseURL: 'nowhere' }, 'baseURL', '`baseURL` must be a URL, got the string "nowhere".'],
    [{ name: 'A' }, 'name', '`name` must be text that matches /^[a-z]+$/, got the string "A".'],
    [{ name: 'abcdefghi' }, 'name', '`name` must have at most 8 characters.'],
    [{ step: 7 }, 'step', '`step` must be a multiple of 5, got 7.'],
    [{ step: 100 }, 'step', '`step` must be less than 100, got 100.'],
    [{ even: 3 }, 'even', '`even` must be even; add one.'],
    [
      { routes: { A: 1 } },
      'routes.A',
      '`routes.A` is not a valid name here: it must be text that matches /^[a-z]+$/, got the string "A".',
    ],
  ])('%j: %s', (value, param, message) => {
    expect(faultsOf(settings, value)).toEqual([{ param, message }])
  })

  it('calls the whole value what it is told to', () => {
    expect(faultsOf(settings, [], { subject: 'modelgate.config.json' })[0]?.message).toBe(
      'modelgate.config.json must be an object, got an empty array.',
    )
  })

  it('quotes no secret that stands where something else should', () => {
    expect(faultsOf(settings, { apiKey: 'sk-live-1' })).toEqual([
      { param: 'apiKey', message: '`apiKey` must be an object, got a string.' },
    ])
    const keys = z.object({ keys: z.array(z.object({ key: z.string() })) })
    expect(JSON.stringify(faultsOf(keys, { keys: ['mg_live_1'] }))).not.toContain('mg_live')
  })

  it('conceals what it is told to', () => {
    const conceal = (param: string): boolean => param === 'step'
    expect(faultsOf(settings, { step: 'x', even: 'y' }, { conceal }).map(fault => fault.message)).toEqual([
      '`step` must be a number, got a string.',
      '`even` must be a number, got the string "y".',
    ])
  })
})
