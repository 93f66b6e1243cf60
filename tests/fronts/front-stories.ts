import type { FrontStory } from './front-story.ts'
import { answerStories } from './stories/answer-stories.ts'
import { cacheStories } from './stories/cache-stories.ts'
import { contextStories } from './stories/context-stories.ts'
import { fileStories } from './stories/file-stories.ts'
import { idempotencyStories } from './stories/idempotency-stories.ts'
import { refusalStories } from './stories/refusal-stories.ts'
import { streamStories } from './stories/stream-stories.ts'

/** Every story that is told through every front. */
export const frontStories: readonly FrontStory[] = [
  ...answerStories,
  ...cacheStories,
  ...contextStories,
  ...fileStories,
  ...idempotencyStories,
  ...refusalStories,
  ...streamStories,
]
