import type { CallerCredentials } from '../caller-credentials.ts'

/** US dollars for a million tokens of each kind. A kind that is absent is priced as its fallback says. */
export interface TokenPrices {
  /** Prompt tokens, those from and into a prompt cache aside. */
  readonly input: number
  /** Completion tokens, reasoning included. Absent for embeddings, which make none. */
  readonly output?: number | undefined
  /** Prompt tokens read from a prompt cache. Absent: as `input`. */
  readonly cacheRead?: number | undefined
  /** Prompt tokens written to a prompt cache for five minutes. Absent: as `input`. */
  readonly cacheWrite?: number | undefined
  /** Prompt tokens written to a prompt cache for an hour. Absent: unknown, and so is the cost of a call that wrote some. */
  readonly cacheWrite1h?: number | undefined
  /** Audio in the prompt and in the completion. Absent: unknown, and so is the cost of a call that used some. */
  readonly audioInput?: number | undefined
  readonly audioOutput?: number | undefined
}

/** What a provider charges for a model, at the terms it was asked for. */
export interface ModelPrice extends TokenPrices {
  /** Prices of the whole call once its prompt is longer than so many tokens. */
  readonly longPrompt?: (TokenPrices & { readonly aboveTokens: number }) | undefined
  /** The page the figures were read on. */
  readonly source: string
  /** When they were read: `2026-11-20`. */
  readonly asOf: string
}

/** What else than the model a price depends on. */
export interface PriceTerms {
  /** The service tier that the answer says it was served in, else the one asked for: `default`, `flex`, `priority`. */
  readonly serviceTier?: string | undefined
  /** Whether the call was part of a batch. */
  readonly batch?: boolean | undefined
  /** The caller's own, whose account may be billed elsewhere. */
  readonly callerCredentials?: CallerCredentials | undefined
}
