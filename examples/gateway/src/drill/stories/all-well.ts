import { wholeFaults } from '../expect-sight.ts'
import { canStream, type Story } from '../story.ts'
import type { Asked } from '../truth.ts'

function onceFaults(asked: Asked): readonly string[] {
  const { calls } = asked
  return [...wholeFaults(asked), ...(calls.length === 1 ? [] : [`${calls.length} upstream calls for one answer`])]
}

/** What the other rows are to be held against. */
export const allWellStories: readonly Story[] = [
  {
    id: 'all-well',
    title: 'nothing fails',
    suits: () => true,
    async play(scene) {
      const shown = await scene.ask()
      return { shown, broken: onceFaults(shown) }
    },
  },
  {
    id: 'all-well-stream',
    title: 'nothing fails, a stream was asked for',
    suits: canStream,
    async play(scene) {
      const shown = await scene.ask({ stream: true })
      return { shown, broken: onceFaults(shown) }
    },
  },
]
