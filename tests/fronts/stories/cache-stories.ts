import { expect } from 'vitest'
import { told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'

const setup = { options: { cache: {} } }
const asking = (say: Record<string, string> = {}) => ({
  headers: { authorization: 'Bearer sk-caller', 'x-modelgate-cache': 'on', ...say },
})

/** Questions that are asked again. */
export const cacheStories: readonly FrontStory[] = [
  ...[false, true].map<FrontStory>(stream => ({
    name: `a question that is asked again is answered by what was answered before${stream ? ', streamed as it was' : ''}`,
    setup,
    async tell(rig) {
      const ask = () => told(rig.chat('Say exactly: once', { stream, ...asking() }))
      const [first, second] = [await ask(), await ask()]
      expect([first.headers, second.headers].map(headers => headers.get('x-modelgate-cache'))).toEqual(['miss', 'hit'])
      expect(second.text).toBe(first.text)
      expect(second.headers.get('age')).toMatch(/^\d+$/)
      expect(second.headers.get('x-modelgate-provider')).toBe('openai')
      expect(rig.simulator.requests()).toHaveLength(1)
      const reports = await rig.reported(2)
      expect(reports.map(({ cache, costUsd }) => [cache, costUsd === 0])).toEqual([
        ['miss', false],
        ['hit', true],
      ])
    },
  })),
  {
    name: 'who says no-cache is given a fresh answer',
    setup,
    async tell(rig) {
      await told(rig.chat('Say exactly: fresh', asking()))
      const { headers } = await told(rig.chat('Say exactly: fresh', asking({ 'cache-control': 'no-cache' })))
      expect(headers.get('x-modelgate-cache')).toBe('miss')
      expect(rig.simulator.requests()).toHaveLength(2)
    },
  },
]
