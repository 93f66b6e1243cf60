import { append } from '../edit-json.ts'
import { ask, models } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const video = (format = 'mp4', bytes = 'AAAA') => ({ video: { format, source: { bytes } } })
const audio = (format: string) => ({ audio: { format, source: { bytes: 'AAAA' } } })
const withBlocks = (...blocks: readonly object[]) => inBody(append('messages.0.content', ...blocks))

/** Wrong steps in videos and audio. */
export const recordingSteps: WrongTranslations = {
  'video-unsupported': {
    wrong: 'sends a video to a model that takes none',
    request: ask(),
    step: withBlocks(video()),
  },
  'video-format': {
    wrong: "takes a media type's second half for a video's format",
    request: ask({ model: models.nova }),
    step: withBlocks(video('quicktime')),
  },
  'video-count': {
    wrong: 'sends a second video',
    request: ask({ model: models.nova }),
    step: withBlocks(video(), video()),
  },
  'video-size': {
    wrong: 'sends a video of any size along',
    request: ask({ model: models.nova }),
    step: withBlocks(video('mp4', 'A'.repeat(26 * 1024 * 1024))),
  },
  'audio-unsupported': {
    wrong: 'sends audio to a model that takes none',
    request: ask(),
    step: withBlocks(audio('wav')),
  },
  'audio-format': {
    wrong: "takes a media type's second half for the format of audio",
    request: ask({ model: models.voxtral }),
    step: withBlocks(audio('x-wav')),
  },
}
