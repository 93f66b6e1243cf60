/**
 * Asks OpenAI to moderate prompt and answer alongside the completion.
 * @see https://developers.openai.com/api/docs/guides/moderation
 */
export interface ModerationOptions {
  readonly model: string
  readonly policy?: ModerationPolicy | null
}

/** What each side's verdict does: `'score'` reports it, `'block'` refuses the call. */
export interface ModerationPolicy {
  readonly input?: ModerationMode | null
  readonly output?: ModerationMode | null
}

/** One side of a {@link ModerationPolicy}. */
export interface ModerationMode {
  readonly mode: 'score' | 'block'
}

/** Verdicts on prompt and answer, present when the request asked for them. */
export interface Moderation {
  readonly input: ModerationResults | ModerationFailure
  readonly output: ModerationResults | ModerationFailure
}

/** Moderation that worked. */
export interface ModerationResults {
  readonly type: 'moderation_results'
  readonly model: string
  readonly results: ModerationResult[]
}

/** One verdict; the three maps have the same keys, the categories (`'violence'`, `'self-harm'`, …). */
export interface ModerationResult {
  readonly type: 'moderation_result'
  readonly model: string
  readonly flagged: boolean
  readonly categories: Record<string, boolean>
  readonly category_applied_input_types: Record<string, ('text' | 'image')[]>
  readonly category_scores: Record<string, number>
}

/** Moderation that did not work; the completion beside it is still good. */
export interface ModerationFailure {
  readonly type: 'error'
  readonly code: string
  readonly message: string
}
