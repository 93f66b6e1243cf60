import * as z from 'zod'

/** As long as a timer of Node can be. */
export const milliseconds = z.int().min(1).max(2_147_483_647)

/** The times of calls, for all and for a route. */
export const times = {
  connectMs: milliseconds.optional().describe('A connection to an upstream, TLS included. Default 5000.'),
  firstFrameMs: milliseconds
    .optional()
    .describe('From the start of a streamed attempt to its first content. Default 120000.'),
  idleMs: milliseconds.optional().describe("Silence of a stream's upstream after that. Default 120000."),
  totalMs: milliseconds.optional().describe('What a call may take in all. Default 600000.'),
}
