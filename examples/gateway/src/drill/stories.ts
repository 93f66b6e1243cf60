import { allWellStories } from './stories/all-well.ts'
import { firstTargetStories } from './stories/first-target.ts'
import { leftAloneStories } from './stories/left-alone.ts'
import { midStreamStories } from './stories/mid-stream.ts'
import { ownFaultStories } from './stories/own-fault.ts'
import type { Story } from './story.ts'

/** Every story that is played for every route, in the order of the table. */
export const routeStories: readonly Story[] = [
  ...allWellStories,
  ...firstTargetStories,
  ...leftAloneStories,
  ...ownFaultStories,
  ...midStreamStories,
]

/** Those that are played once for each kind of key that the file has, as `--story` and `--help` know them. */
export const limitStoryIds: readonly Pick<Story, 'id' | 'title'>[] = [
  { id: 'rate-limit', title: 'a key makes more requests than it may' },
  { id: 'token-limit', title: 'a key asks for more tokens at once than it may' },
]
