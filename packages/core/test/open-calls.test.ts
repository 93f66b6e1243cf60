import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CallController } from '../src/call-controller.ts'
import { type OpenCall, OpenCallList } from '../src/open-calls.ts'

it('holds the calls that were added and not removed, in whatever order they go', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat())), steps => {
      const list = new OpenCallList()
      const open: OpenCall[] = []
      const gone: OpenCall[] = []
      for (const step of steps) {
        const [leaving] = step === null ? [] : open.splice(step % Math.max(open.length, 1), 1)
        if (leaving) {
          list.remove(leaving)
          gone.push(leaving)
        } else open.push(added(list))
        // A call that was given up is told to go again when its provider answers at last.
        for (const call of gone) list.remove(call)
        expect(list.size).toBe(open.length)
      }
      expect(new Set(list)).toEqual(new Set(open))
    }),
  )
})

it('can lose calls while it is gone through', () => {
  const list = new OpenCallList()
  for (let index = 0; index < 3; index += 1) added(list)
  let seen = 0
  for (const call of list) {
    list.remove(call)
    seen += 1
  }
  expect([seen, list.size]).toEqual([3, 0])
})

function added(list: OpenCallList): OpenCall {
  const call = { controller: new CallController(), place: 0 }
  list.add(call)
  return call
}
