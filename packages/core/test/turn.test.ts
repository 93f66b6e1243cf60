import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { afterInput, afterWork, callBegins, callEnds } from '../src/turn.ts'

const inputRead = (): Promise<void> => new Promise(afterInput)
const outputDue = (): Promise<void> => new Promise(afterWork)

const times = (count: number, what: () => void): void => {
  for (let index = 0; index < count; index += 1) what()
}

describe('a turn of the event loop in which many calls are open', () => {
  beforeEach(() => times(4, callBegins))
  afterEach(() => times(4, callEnds))

  it('lets all that came in go on one after the other, and then write', async () => {
    const order: string[] = []
    const call = async (name: string): Promise<void> => {
      order.push(`${name} read`)
      await inputRead()
      order.push(`${name} asked`)
      await Promise.resolve()
      order.push(`${name} answered`)
      await outputDue()
      order.push(`${name} written`)
    }
    await Promise.all([call('a'), call('b')])
    expect(order).toEqual(
      ['read', 'asked', 'answered', 'written'].flatMap(done => ['a', 'b'].map(name => `${name} ${done}`)),
    )
  })

  it('keeps nobody waiting for what comes in later', async () => {
    const order: string[] = []
    const first = inputRead().then(() => order.push('first'))
    await nextTurn()
    const second = inputRead().then(() => order.push('second'))
    await first
    expect(order).toEqual(['first'])
    await second
  })

  it('writes for the first 64 before the next go on', async () => {
    const order: string[] = []
    const call = async (index: number): Promise<void> => {
      await inputRead()
      order.push(`goes ${index}`)
      await outputDue()
      order.push(`writes ${index}`)
    }
    await Promise.all(Array.from({ length: 65 }, (_, index) => call(index)))
    expect(order.indexOf('writes 63')).toBeLessThan(order.indexOf('goes 64'))
    expect(order.indexOf('goes 63')).toBeLessThan(order.indexOf('writes 0'))
  })
})

it('a call that is nearly alone waits for nobody', async () => {
  times(3, callBegins)
  const order: string[] = []
  setImmediate(() => order.push('turn'))
  process.nextTick(() => order.push('tick'))
  await inputRead()
  order.push('goes on')
  await outputDue()
  order.push('writes')
  times(3, callEnds)
  await nextTurn()
  expect(order).toEqual(['goes on', 'writes', 'tick', 'turn'])
})
