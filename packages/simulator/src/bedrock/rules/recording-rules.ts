import { pick, stringOf } from '../../json.ts'
import { inlineBytes, places } from './media-places.ts'
import type { Rule } from './rule.ts'

const FORMATS = {
  video: 'mkv mov mp4 webm flv mpeg mpg wmv three_gp'.split(' '),
  audio: 'mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm'.split(' '),
} as const
const MOST_BASE64 = 25 * 1024 * 1024

const KINDS = ['video', 'audio'] as const

/** Rules about videos and audio. */
export const RECORDING_RULES: readonly Rule[] = [
  ...KINDS.flatMap((kind): readonly Rule[] => [
    {
      id: `${kind}-unsupported`,
      applies: ({ model }) => !model[kind],
      check: request => places(request, kind)[0]?.at,
      message: `This model doesn't support ${kind}. Remove the ${kind} at {} and try again.`,
    },
    {
      id: `${kind}-format`,
      check: request =>
        places(request, kind).find(({ block }) => !FORMATS[kind].includes(stringOf(pick(block, kind, 'format')) ?? ''))
          ?.at,
      message: `1 validation error detected: Value at '{}.${kind}.format' failed to satisfy constraint: Member must satisfy enum value set: [${FORMATS[kind].join(', ')}]`,
    },
  ]),
  {
    id: 'video-count',
    check: request => (places(request, 'video').length > 1 ? String(places(request, 'video').length) : undefined),
    message: 'The model returned the following errors: at most 1 video is supported in a request, found {}.',
  },
  {
    id: 'video-size',
    check: request =>
      places(request, 'video').find(({ block }) => (inlineBytes(block, 'video') ?? '').length > MOST_BASE64)?.at,
    message: 'The video at {} exceeds the limit of 25 MB. Put it into S3 and try again.',
  },
]
