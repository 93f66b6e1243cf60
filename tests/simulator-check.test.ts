import { beforeAll, describe, expect, it } from 'vitest'
import { checkRules, type Suite, type Verdict } from './simulator-check/check-rules.ts'
import { all, append, change, drop, prepend, put } from './simulator-check/edit-json.ts'
import { ask, user } from './simulator-check/right-requests.ts'
import { suites } from './simulator-check/suites.ts'
import { verdictTable } from './simulator-check/verdict-table.ts'
import { inBody, type WrongTranslation } from './simulator-check/wrong-translation.ts'

async function verdictsOn(checked: readonly Suite[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for await (const verdict of checkRules(checked)) verdicts.push(verdict)
  return verdicts
}

describe('every rule of the simulator', () => {
  let verdicts: readonly Verdict[]
  beforeAll(async () => {
    verdicts = await verdictsOn(suites)
  })

  const rules = suites.flatMap(({ lane, rules: ids, wrong }) =>
    ids.map(rule => ({ lane, rule, does: wrong[rule]?.wrong ?? 'nobody knows' })),
  )

  for (const { lane, rule, does } of rules) {
    it(`${lane} ${rule} refuses a translator that ${does}`, () => {
      const verdict = verdicts.find(found => found.lane === lane && found.rule === rule)
      expect(verdict).toMatchObject({ status: 400, says: expect.stringMatching(/\w/) })
      expect(verdict?.fault).toBeUndefined()
    })
  }

  it('has no wrong translator too many', () => {
    expect(verdicts).toHaveLength(rules.length)
  })
})

describe('the check itself', () => {
  const step: WrongTranslation = {
    wrong: 'asks twice',
    request: ask({ messages: [user('Hello'), user('Hello?')] }),
    step: inBody(append('messages', { role: 'user', content: [{ text: 'Hello?' }] })),
  }
  const converse = (wrong: Suite['wrong'], ids = Object.keys(wrong)): Suite => ({ lane: 'Converse', rules: ids, wrong })
  const faultOf = async (suite: Suite) => (await verdictsOn([suite])).map(({ fault }) => fault)

  it.each<[string, Suite, string | undefined]>([
    ['a rule that refuses its wrong translator', converse({ alternation: step }), undefined],
    ['a rule without a wrong translator', converse({}, ['alternation']), 'no wrong translator is known'],
    ['a wrong translator without a rule', converse({ alternation: step }, []), 'no such rule'],
    [
      'a wrong translator that is let through',
      converse({ alternation: { ...step, step: sent => sent } }),
      'the wrong request is accepted',
    ],
    ['one that is refused by another rule', converse({ prefill: step }), 'the wrong request is refused by alternation'],
    [
      'one that is refused by no rule',
      converse({ alternation: { ...step, step: sent => ({ ...sent, model: 'nope' }) } }),
      'the wrong request is refused by no rule',
    ],
    [
      'a right request that is refused',
      converse({ alternation: { ...step, request: ask({ model: 'amazon.titan-embed-text-v1' }) } }),
      "This action doesn't support the model",
    ],
    [
      'a step that finds nothing to spoil',
      converse({ alternation: { ...step, step: inBody(drop('messages.7')) } }),
      'there is nothing at messages.7',
    ],
  ])('tells of %s', async (_what, suite, fault) => {
    expect(await faultOf(suite)).toEqual([fault === undefined ? undefined : expect.stringContaining(fault)])
  })

  it('prints rows that fit the terminal, and faults whole', () => {
    const verdict = {
      lane: 'Converse',
      rule: 'alternation',
      wrong: step.wrong,
      status: 400,
      says: 'no\nway '.repeat(20),
    } as const
    const at = (columns: number) => verdictTable([converse({ alternation: step })], columns)
    expect(at(100).head).toBe('lane      rule         a translator that  status  is told')
    expect(at(100).row(verdict)).toMatch(/^Converse {2}alternation {2}asks twice {9}400 {5}no way no way.*…$/)
    expect(at(100).row(verdict)).toHaveLength(100)
    // The status stands on the narrowest terminal.
    expect(at(10).row(verdict)).toContain('400')
    const fault = 'the wrong request is accepted, '.repeat(9)
    expect(at(80).row({ ...verdict, fault })).toContain(`FAULT: ${fault}`)
  })
})

describe('a change to JSON', () => {
  const json = { a: [1, { b: 2 }], c: {} }

  it.each([
    [put('a.1.b', 3), { a: [1, { b: 3 }], c: {} }],
    [put('c.d.e', 3), { a: [1, { b: 2 }], c: { d: { e: 3 } } }],
    [drop('a.0'), { a: [{ b: 2 }], c: {} }],
    [drop('c'), { a: [1, { b: 2 }] }],
    [append('a', 3, 4), { a: [1, { b: 2 }, 3, 4], c: {} }],
    [prepend('a', 0), { a: [0, 1, { b: 2 }], c: {} }],
    [change('a.0', value => Number(value) + 1), { a: [2, { b: 2 }], c: {} }],
    [all(drop('c'), drop('a.1')), { a: [1] }],
  ])('is made on a copy (%#)', (edit, changed) => {
    const before = structuredClone(json)
    expect(edit(json)).toEqual(changed)
    expect(json).toEqual(before)
  })

  it('refuses to change what is not there', () => {
    expect(() => drop('a.9')(json)).toThrow('there is nothing at a.9')
    expect(() => append('c.d', 1)(json)).toThrow('there is nothing at c.d')
    expect(() => append('c', 1)(json)).toThrow('{} is no array')
  })
})
