import * as z from 'zod'
import { members } from './members.ts'

const dollars = z.number().min(0)
const figures = {
  input: dollars.describe('Prompt tokens, those from and into a prompt cache aside.'),
  output: dollars.optional().describe('Completion tokens. Absent for embeddings.'),
  cacheRead: dollars.optional().describe('Default: as input.'),
  cacheWrite: dollars.optional().describe('For five minutes. Default: as input.'),
  cacheWrite1h: dollars.optional().describe('For an hour.'),
  audioInput: dollars.optional(),
  audioOutput: dollars.optional(),
}

/** US dollars for a million tokens. */
export const priceSchema = members({
  ...figures,
  longPrompt: members({ aboveTokens: z.int().min(1), ...figures })
    .optional()
    .describe('Prices of the whole call once its prompt is longer.'),
  source: z.string().min(1).optional().describe('Where the figures stand: a page, a contract.'),
  asOf: z.string().min(1).optional().describe('When they were read.'),
})
