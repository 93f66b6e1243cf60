import { expect } from 'vitest'
import type { Cell } from './cell.ts'
import { endOf, expectHeaders, expectSettled, expectTargets, expectTold } from './expect-story.ts'
import { expectedOf, type StruckForm } from './fault-row.ts'
import { patienceMs, StoryRig } from './story-rig.ts'

/** One fault of an upstream's, from the first byte to what is left of it. */
export async function tellStory(form: StruckForm, cell: Cell): Promise<void> {
  const { strike, asks = 1 } = form
  const expected = expectedOf(form, cell)
  if ('lacks' in expected) throw new Error(`There is no story: ${expected.lacks}`)
  const options = form.hangs ? {} : { patienceMs: 600_000 }
  await using rig = await StoryRig.open(cell, typeof strike === 'function' ? strike(cell) : strike, options)
  // A whole answer has no first content to wait for: its time is its caller's.
  const isTimed = form.hangs && cell.moment === 'whole answer'
  const answer = await rig.ask(isTimed ? { 'x-request-timeout-ms': String(patienceMs) } : {})
  const end = endOf(rig, expected)
  expectTold(answer, end)
  const report = await expectSettled(rig, end)
  expectHeaders(answer, end, report)
  expectTargets(rig, end, typeof asks === 'function' ? asks(cell) : asks)
  if (form.hangs) expect(rig.asked(rig.first).map(({ outcome }) => outcome)).toEqual(['closed-by-client'])
  await rig.endsAsItBegan()
}
