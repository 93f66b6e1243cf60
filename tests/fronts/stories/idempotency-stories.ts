import { expect } from 'vitest'
import { refused, told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'

const keyed = { authorization: 'Bearer sk-once', 'Idempotency-Key': 'order-17' }
const replayed = 'x-modelgate-idempotent-replay'

/** Calls that bring a key of their own, and their repeats. */
export const idempotencyStories: readonly FrontStory[] = [
  ...[false, true].map<FrontStory>(stream => ({
    name: `a call sent twice with one key is made once${stream ? ', and its stream told twice' : ''}, to a caller at its limit`,
    async tell(rig) {
      const ask = () => told(rig.chat('Say exactly: once', { stream, headers: keyed }))
      const [first, second] = [await ask(), await ask()]
      expect([first.status, second.status]).toEqual([200, 200])
      expect(second.text).toBe(first.text)
      expect([first.headers.get(replayed), second.headers.get(replayed)]).toEqual([null, 'true'])
      expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
      expect(rig.simulator.requests()).toHaveLength(1)
      const reports = await rig.reported(2)
      expect(reports.map(({ idempotentReplay = false }) => idempotentReplay)).toEqual([false, true])
    },
  })),
  {
    name: 'an idempotency key that is none is refused before anything is asked',
    async tell(rig) {
      const headers = { ...keyed, 'Idempotency-Key': 'x'.repeat(256) }
      const { status, error } = await refused(rig.chat('Say exactly: ok', { headers }))
      expect([status, error.code, error.param]).toEqual([400, 'invalid_request', 'Idempotency-Key'])
      expect(rig.simulator.requests()).toEqual([])
    },
  },
]
