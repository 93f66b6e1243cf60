import type { Fault } from '@modelgate/simulator'

/** An exception among the events of a stream, behind so many of them. */
export const exception = (exceptionType: string, afterFrames: number): Fault => ({
  kind: 'exception',
  exceptionType,
  message: 'Too many tokens, please wait before trying again.',
  afterFrames,
})
/** How a stream may fail, and as what its caller hears of it, whoever calls Bedrock. */
export const brokenStreams: readonly (readonly [string, Fault, string])[] = [
  ['an exception as its first frame', exception('throttlingException', 0), 'upstream_rate_limited'],
  ['an exception midway', exception('throttlingException', 2), 'upstream_rate_limited'],
  ['a model error midway', exception('modelStreamErrorException', 1), 'upstream_bad_response'],
  ['a validation error as its first frame', exception('validationException', 0), 'invalid_request'],
  ['an internal error midway', exception('internalServerException', 1), 'upstream_unavailable'],
  ['a service that is gone', exception('serviceUnavailableException', 1), 'upstream_unavailable'],
  ['an exception of next year', exception('quantumException', 1), 'upstream_bad_response'],
  ['an exception of next year as its first frame', exception('quantumException', 0), 'upstream_bad_response'],
  ['a wrong checksum', { kind: 'bad-crc' }, 'upstream_bad_response'],
  ['a wrong checksum in its first frame', { kind: 'bad-crc', afterFrames: 0 }, 'upstream_bad_response'],
  ['random bytes', { kind: 'garbage' }, 'upstream_bad_response'],
  ['a frame of 2 GB', { kind: 'absurd-length' }, 'upstream_bad_response'],
  ['a reset', { kind: 'reset' }, 'stream_interrupted'],
  ['a reset before its first frame', { kind: 'reset', afterFrames: 0 }, 'stream_interrupted'],
  ['a cut inside its first frame', { kind: 'cut', atByte: 30 }, 'stream_interrupted'],
  ['a cut inside a later frame', { kind: 'cut', atByte: 400 }, 'stream_interrupted'],
  ['an end without messageStop', { kind: 'end-without-terminal' }, 'stream_interrupted'],
]
