import { expect, it, onTestFinished, vi } from 'vitest'
import { TimedAnswer } from '../src/timed-answer.ts'

it('an answer that is there when its time is over, unread behind a long turn, is not late', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const asked = Promise.withResolvers<string>()
  const timed = new TimedAnswer(asked.promise, 50, 'limit store')
  vi.advanceTimersByTime(50)
  asked.resolve('yes')
  expect(await timed.answer).toBe('yes')
  await new Promise(resolve => setImmediate(resolve))
  expect(timed.isLate).toBe(false)
})
