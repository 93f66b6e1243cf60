import * as z from 'zod'

/** As long as a timer of Node can be. */
export const milliseconds = z.int().min(1).max(2_147_483_647)

/** The times of calls, for all and for a route. */
export const times = {
  connectMs: milliseconds.optional().meta({ description: 'A connection to an upstream, TLS included.', default: 5000 }),
  answerMs: milliseconds.optional().meta({
    description:
      'From the start of an attempt to its answer, where that is no stream. Default: as long as the call may take.',
  }),
  firstFrameMs: milliseconds
    .optional()
    .meta({ description: 'From the start of a streamed attempt to its first content.', default: 120000 }),
  idleMs: milliseconds.optional().meta({ description: "Silence of a stream's upstream after that.", default: 120000 }),
  totalMs: milliseconds.optional().meta({ description: 'What a call may take in all.', default: 600000 }),
}
