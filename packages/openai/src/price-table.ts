import type { ModelPrice, TokenPrices } from '@modelgate/core'

/** What OpenAI charges for one model, in US dollars for a million tokens. */
export interface PriceRow extends ModelPrice {
  /** At `service_tier: 'priority'`, also called `fast`; prompts that are long are not told. Absent: unknown. */
  readonly priority?: TokenPrices | undefined
  /** Half of everything at `service_tier: 'flex'`. Absent: unknown. */
  readonly flex?: boolean | undefined
  /** Half of everything in batches: cached input then costs what all other does, unless the discount is `cached`, too. Absent: unknown. */
  readonly batch?: boolean | 'cached' | undefined
}

/** The page with the figures. Discounts: of batches, https://developers.openai.com/api/docs/guides/batch; of flex, …/guides/flex-processing. */
const source = 'https://developers.openai.com/api/docs/pricing'
const read = { source, asOf: '2026-11-20', batch: true } as const
/** Speech and chat products are in no batch. */
const live = { source, asOf: '2026-11-20' } as const
const priorityOf = (input: number, cacheRead: number, output: number): TokenPrices => ({ input, cacheRead, output })
/** Twice the input and half as much again of the output, above 272,000 tokens or from there on. */
const long = (aboveTokens: number, prices: TokenPrices): ModelPrice['longPrompt'] => ({ aboveTokens, ...prices })
const from272k = 271_999
const above272k = 272_000

const gpt4 = { ...read, input: 30, output: 60 }
const gpt4Turbo = { ...read, input: 10, output: 30 }
const gpt5 = {
  ...read,
  batch: 'cached',
  input: 1.25,
  cacheRead: 0.125,
  output: 10,
  flex: true,
  priority: priorityOf(2.5, 0.25, 20),
} as const
const gpt5Chat = { ...live, input: 1.25, cacheRead: 0.125, output: 10 }
const gpt5Codex = { ...gpt5Chat, priority: priorityOf(2.5, 0.25, 20) }
const gpt52 = { ...read, input: 1.75, cacheRead: 0.175, output: 14 }
const gpt52Chat = { ...live, input: 1.75, cacheRead: 0.175, output: 14 }
const gpt54Pro = {
  ...read,
  input: 30,
  output: 180,
  longPrompt: long(from272k, { input: 60, output: 270 }),
}
/** Whichever snapshot it was made from, by whose name it is called. */
const tunedGpt35 = { ...live, input: 3, output: 6 }
const sol = {
  ...read,
  input: 4,
  cacheRead: 0.4,
  cacheWrite: 5,
  output: 20,
  longPrompt: long(from272k, { input: 8, cacheRead: 0.8, cacheWrite: 10, output: 30 }),
}
/** At `priority` twice as much, for long prompts too, of which a row cannot tell: unknown. */
const sol61 = {
  ...read,
  batch: 'cached',
  flex: true,
  input: 2,
  cacheRead: 0.1,
  cacheWrite: 2.5,
  output: 10,
  longPrompt: long(above272k, { input: 4, cacheRead: 0.2, cacheWrite: 5, output: 15 }),
} as const

/**
 * By alias, without the date of a snapshot; a snapshot that costs otherwise has a row of its own. Models that search are not here:
 * each of their searches costs more than the tokens, and no answer counts them.
 * @see https://developers.openai.com/api/docs/pricing
 */
export const priceTable: Readonly<Record<string, PriceRow>> = {
  'gpt-6-astra': {
    ...read,
    input: 10,
    cacheRead: 1,
    cacheWrite: 12.5,
    output: 50,
    longPrompt: long(from272k, { input: 20, cacheRead: 2, cacheWrite: 25, output: 75 }),
  },
  'gpt-6.2-sol': { ...sol61, flex: undefined },
  'gpt-6.1-sol': sol61,
  'gpt-6.1-terra': {
    ...read,
    batch: 'cached',
    flex: true,
    input: 1,
    cacheRead: 0.05,
    cacheWrite: 1.25,
    output: 5,
    longPrompt: long(above272k, { input: 2, cacheRead: 0.1, cacheWrite: 2.5, output: 7.5 }),
  },
  'gpt-6-sol': {
    ...read,
    input: 2,
    cacheRead: 0.2,
    cacheWrite: 2.5,
    output: 10,
    longPrompt: long(above272k, { input: 4, cacheRead: 0.4, cacheWrite: 5, output: 15 }),
  },
  'gpt-6-luna': {
    ...read,
    input: 0.1,
    cacheRead: 0.01,
    cacheWrite: 0.125,
    output: 0.5,
    longPrompt: long(above272k, { input: 0.2, cacheRead: 0.02, cacheWrite: 0.25, output: 0.75 }),
  },
  'gpt-5.6': sol,
  'gpt-5.6-sol': sol,
  'gpt-5.6-terra': {
    ...read,
    input: 2,
    cacheRead: 0.2,
    cacheWrite: 2.5,
    output: 12,
    longPrompt: long(from272k, { input: 4, cacheRead: 0.4, cacheWrite: 5, output: 18 }),
    priority: priorityOf(4, 0.4, 24),
  },
  'gpt-5.6-luna': {
    ...read,
    input: 0.2,
    cacheRead: 0.02,
    cacheWrite: 0.25,
    output: 1.2,
    longPrompt: long(from272k, { input: 0.4, cacheRead: 0.04, cacheWrite: 0.5, output: 1.8 }),
    priority: priorityOf(0.4, 0.04, 2.4),
  },
  'gpt-5.5': {
    ...read,
    input: 5,
    cacheRead: 0.5,
    output: 30,
    longPrompt: long(from272k, { input: 10, cacheRead: 1, output: 45 }),
    priority: priorityOf(12.5, 1.25, 75),
  },
  'gpt-5.5-pro': gpt54Pro,
  'gpt-5.4': {
    ...read,
    input: 2.5,
    cacheRead: 0.25,
    output: 15,
    longPrompt: long(from272k, { input: 5, cacheRead: 0.5, output: 22.5 }),
    priority: priorityOf(5, 0.5, 30),
  },
  'gpt-5.4-mini': { ...read, input: 0.75, cacheRead: 0.075, output: 4.5, priority: priorityOf(1.5, 0.15, 9) },
  'gpt-5.4-nano': { ...read, input: 0.2, cacheRead: 0.02, output: 1.25 },
  'gpt-5.4-pro': gpt54Pro,
  'gpt-5.3-chat-latest': gpt52Chat,
  'gpt-5.3-codex': gpt52Chat,
  'gpt-5.2': { ...gpt52, priority: priorityOf(3.5, 0.35, 28) },
  'gpt-5.2-chat-latest': gpt52Chat,
  'gpt-5.2-codex': gpt52Chat,
  'gpt-5.2-pro': { ...read, input: 21, output: 168 },
  'gpt-5.1': gpt5,
  'gpt-5.1-chat-latest': gpt5Chat,
  'gpt-5.1-codex': gpt5Codex,
  'gpt-5.1-codex-max': gpt5Chat,
  'gpt-5.1-codex-mini': { ...live, input: 0.25, cacheRead: 0.025, output: 2 },
  'gpt-5': gpt5,
  'gpt-5-chat-latest': gpt5Chat,
  'gpt-5-codex': gpt5Codex,
  'gpt-5-mini': { ...gpt5, input: 0.25, cacheRead: 0.025, output: 2, priority: priorityOf(0.45, 0.045, 3.6) },
  'gpt-5-nano': { ...gpt5, input: 0.05, cacheRead: 0.005, output: 0.4, priority: undefined },
  'gpt-5-pro': { ...read, input: 15, output: 120 },

  'gpt-4.5-preview': { ...read, input: 75, cacheRead: 37.5, output: 150 },
  'gpt-4.1': { ...read, input: 2, cacheRead: 0.5, output: 8, priority: priorityOf(3.5, 0.875, 14) },
  'gpt-4.1-mini': { ...read, input: 0.4, cacheRead: 0.1, output: 1.6, priority: priorityOf(0.7, 0.175, 2.8) },
  'gpt-4.1-nano': { ...read, input: 0.1, cacheRead: 0.025, output: 0.4, priority: priorityOf(0.2, 0.05, 0.8) },
  'gpt-4o': { ...read, input: 2.5, cacheRead: 1.25, output: 10, priority: priorityOf(4.25, 2.125, 17) },
  'gpt-4o-2024-05-13': { ...read, input: 5, output: 15, priority: { input: 8.75, output: 26.25 } },
  'gpt-4o-mini': { ...read, input: 0.15, cacheRead: 0.075, output: 0.6, priority: priorityOf(0.25, 0.125, 1) },
  'gpt-4o-audio-preview': { ...live, input: 2.5, output: 10, audioInput: 40, audioOutput: 80 },
  'gpt-4o-mini-audio-preview': { ...live, input: 0.15, output: 0.6, audioInput: 10, audioOutput: 20 },
  'gpt-audio': { ...live, input: 2.5, output: 10, audioInput: 32, audioOutput: 64 },
  'gpt-audio-1.5': { ...live, input: 2.5, output: 10, audioInput: 32, audioOutput: 64 },
  'gpt-audio-mini': { ...live, input: 0.6, output: 2.4, audioInput: 10, audioOutput: 20 },
  'chatgpt-4o-latest': { ...live, input: 5, output: 15 },
  'gpt-4-turbo': gpt4Turbo,
  'gpt-4-turbo-preview': gpt4Turbo,
  'gpt-4-0125-preview': gpt4Turbo,
  'gpt-4-1106-preview': gpt4Turbo,
  'gpt-4': gpt4,
  'gpt-4-0613': gpt4,
  'gpt-4-0314': gpt4,
  'gpt-4-32k': { ...read, input: 60, output: 120 },
  'gpt-3.5-turbo': { ...read, input: 0.5, output: 1.5 },
  'gpt-3.5-turbo-0125': { ...read, input: 0.5, output: 1.5 },
  // Batches of these two are no cheaper.
  'gpt-3.5-turbo-1106': { ...live, input: 1, output: 2 },
  'gpt-3.5-turbo-0613': { ...live, input: 1.5, output: 2 },
  'gpt-3.5-turbo-16k': { ...read, input: 3, output: 4 },

  o1: { ...read, input: 15, cacheRead: 7.5, output: 60 },
  'o1-preview': { ...read, input: 15, cacheRead: 7.5, output: 60 },
  'o1-mini': { ...read, input: 1.1, cacheRead: 0.55, output: 4.4 },
  'o1-pro': { ...read, input: 150, output: 600 },
  o3: { ...read, input: 2, cacheRead: 0.5, output: 8, flex: true, priority: priorityOf(3.5, 0.875, 14) },
  'o3-mini': { ...read, input: 1.1, cacheRead: 0.55, output: 4.4 },
  'o3-pro': { ...read, input: 20, output: 80 },
  'o4-mini': { ...read, input: 1.1, cacheRead: 0.275, output: 4.4, flex: true, priority: priorityOf(2, 0.5, 8) },

  'text-embedding-3-small': { ...read, input: 0.02 },
  'text-embedding-3-large': { ...read, input: 0.13 },
  'text-embedding-ada-002': { ...read, input: 0.1 },

  'ft:gpt-4.1': { ...live, input: 3, cacheRead: 0.75, output: 12 },
  'ft:gpt-4.1-mini': { ...live, input: 0.8, cacheRead: 0.2, output: 3.2 },
  'ft:gpt-4.1-nano': { ...live, input: 0.2, cacheRead: 0.05, output: 0.8 },
  'ft:gpt-4o': { ...live, input: 3.75, cacheRead: 1.875, output: 15 },
  'ft:gpt-4o-mini': { ...live, input: 0.3, cacheRead: 0.15, output: 1.2 },
  'ft:gpt-3.5-turbo': tunedGpt35,
  'ft:gpt-3.5-turbo-0125': tunedGpt35,
  'ft:gpt-3.5-turbo-1106': tunedGpt35,
  'ft:gpt-3.5-turbo-0613': tunedGpt35,
  'ft:o4-mini': { ...live, input: 4, cacheRead: 1, output: 16 },
}
