import { sortedJson } from '../json.ts'
import { type Random, randomUuid } from '../random.ts'
import { type Dialect, type Failure, wholeScript } from '../script.ts'
import { eventFrame, exceptionFrame } from './event-frame.ts'

/** Bedrock's exception for a status, with the words it usually comes with. */
const DEFAULTS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ['ValidationException', 'The provided request is not valid.'],
  403: ['AccessDeniedException', "You don't have access to the model with the specified model ID."],
  404: ['ResourceNotFoundException', 'This model version has reached the end of its life.'],
  408: ['ModelTimeoutException', 'Model has timed out in processing the request. Try your request again.'],
  424: ['ModelErrorException', 'The model returned an error while processing the request. Try your request again.'],
  429: ['ThrottlingException', 'Too many requests, please wait before trying again.'],
  500: [
    'InternalServerException',
    'The system encountered an unexpected error during processing. Try your request again.',
  ],
  503: ['ServiceUnavailableException', 'Bedrock is unable to process your request.'],
}

/**
 * Bedrock's words for failures: the exception's name in `x-amzn-errortype`, which now and then carries a suffix that a client must cut
 * at the first colon, and `{"message"}` as the body.
 */
export function bedrockDialect(random: Random): Dialect {
  return {
    failure(failure: Failure) {
      const [type, message] = DEFAULTS[failure.status] ?? ['InternalServerException', 'Internal error.']
      const suffix = random() < 0.5 ? '' : ':http://internal.amazon.com/coral/com.amazon.bedrock/'
      const headers = {
        'content-type': 'application/json',
        'x-amzn-requestid': randomUuid(random),
        'x-amzn-errortype': `${failure.type ?? type}${suffix}`,
        ...failure.headers,
      }
      const text = sortedJson({ message: failure.message ?? message })
      return { ...wholeScript(this, { status: failure.status, headers, text }), rule: failure.rule }
    },
    exceptionFrame,
    unknownFrame: () => eventFrame('simulatorNovelty', { novelty: 'an event type no client knows' }, random),
    corrupt: frame => {
      const noisy = Uint8Array.from(frame)
      noisy[noisy.length - 1] = (noisy.at(-1) ?? 0) ^ 0xff
      return noisy
    },
  }
}
