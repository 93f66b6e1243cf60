import { GatewayError } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eachBounded } from '../src/fan-out/each-bounded.ts'

const never = new AbortController().signal

describe('bounded work', () => {
  it('keeps the order, runs each item once and never more than the limit at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (scheduler, items, limit) => {
          let running = 0
          let most = 0
          const work = async (item: number) => {
            running++
            most = Math.max(most, running)
            await scheduler.schedule(Promise.resolve())
            running--
            return item * 2
          }
          const results = await scheduler.waitFor(eachBounded(items, { limit, signal: never }, work))
          expect(results).toEqual(items.map(item => item * 2))
          expect(most).toBeLessThanOrEqual(limit)
        },
      ),
    )
  })

  it('throws the first failure, once the others were aborted and have ended', async () => {
    const ended: number[] = []
    const work = (item: number, signal: AbortSignal) =>
      new Promise<number>((_resolve, reject) => {
        if (item === 2) return reject(new Error('second'))
        signal.addEventListener('abort', () => {
          ended.push(item)
          reject(new GatewayError('cancelled', 'sibling'))
        })
      })
    await expect(eachBounded([1, 2, 3, 4], { limit: 3, signal: never }, work)).rejects.toThrow('second')
    expect(ended.sort((a, b) => a - b)).toEqual([1, 3])
  })

  it("throws the caller's abort, and starts nothing for one that has left", async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const work = (item: number, signal: AbortSignal) =>
      new Promise<number>((_resolve, reject) => {
        seen.push(item)
        signal.addEventListener('abort', () => reject(new Error('closed')))
      })
    const pending = eachBounded([1, 2, 3], { limit: 2, signal: controller.signal }, work)
    controller.abort()
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' })
    await expect(eachBounded([1], { limit: 2, signal: controller.signal }, work)).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(seen).toEqual([1, 2])
  })
})
