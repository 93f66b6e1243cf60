import type { Operation } from './contract.ts'

/** What an upstream's model can do, as far as its provider knows. What is absent is unknown, and then it may. */
export interface TargetCapabilities {
  /** What it can be asked for: a model that makes embeddings holds no chat. */
  readonly operations?: readonly Operation[] | undefined
  /** Whether it takes tools. */
  readonly tools?: boolean | undefined
  /** Whether it answers in streams. */
  readonly streaming?: boolean | undefined
  /** Images that one request may hold; 0 for a model without vision. */
  readonly images?: number | undefined
  /** Documents that one request may hold. */
  readonly documents?: number | undefined
  /** Recordings that one request may hold. */
  readonly audio?: number | undefined
  /** The tokens that prompt and answer may have together. */
  readonly contextTokens?: number | undefined
}
