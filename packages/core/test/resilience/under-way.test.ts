import { expect, it } from 'vitest'
import { UnderWay } from '../../src/resilience/under-way.ts'

it('tells how many attempts a target has under way, and forgets targets at rest when there are many', () => {
  const underWay = new UnderWay()
  const first = underWay.begin('a/x')
  expect(underWay.begin('a/x')).toBe(first)
  expect([...underWay.all()]).toEqual([['a/x', 2]])
  for (let at = 0; at < 5_000; at += 1) underWay.begin(`a/made-up-${at}`).attempts -= 1
  expect([...underWay.all()]).toEqual([['a/x', 2]])
  expect(Reflect.get(underWay, 'counts').size).toBeLessThanOrEqual(1_000)
  first.attempts -= 2
  expect([...underWay.all()]).toEqual([])
})
