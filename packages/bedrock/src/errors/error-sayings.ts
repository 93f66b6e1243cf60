import type { ErrorCode } from '@modelgate/core'

/** What a validation's message means. */
export interface Saying {
  readonly code: ErrorCode
  /** What the caller should do, where AWS's own words leave it open. */
  readonly advice?: string
}

/** What AWS says in prose only, in the words of each vendor's models. */
const sayings: readonly (readonly [RegExp, ErrorCode])[] = [
  [/model identifier is invalid/i, 'model_not_found'],
  [/on-demand throughput isn.t supported/i, 'model_not_found'],
  [/reached the end of its life/i, 'model_not_found'],
  [/blocked by (our|the) content filter/i, 'content_filtered'],
  [
    /input is too long|prompt is too long|too many input tokens|input tokens exceeded|tokens in the prompt cannot exceed/i,
    'context_length_exceeded',
  ],
  [
    /(maximum|exceeds?.*|than the model.s) context (length|window|limit)|context length is only|exceeds? context/i,
    'context_length_exceeded',
  ],
]

/** What to do about a model that is not there. */
export const unknownModel = "name one that GET /v1/models lists for the provider's region"

/** Reads the message of a request that was refused. */
export function sayingOf(text: string): Saying {
  const code = sayings.find(([pattern]) => pattern.test(text))?.[1] ?? 'invalid_request'
  if (/model identifier is invalid/i.test(text)) return { code, advice: unknownModel }
  const model = /model ID (\S{1,200}) with on-demand throughput/i.exec(text)?.[1]
  return model ? { code, advice: `name that profile as the model, such as us.${model}` } : { code }
}

/** Whether a throttle is by the day: the same call made again soon fails again. */
export function isDaily(text: string): boolean {
  return /\bper day\b/i.test(text)
}
