/** What of a prompt is cached without a mark of the caller's. */
export interface CachingPlaces {
  /** The system prompt, up to its end. */
  readonly system?: boolean | undefined
  /** The tools, all of them. Not with Nova. */
  readonly tools?: boolean | undefined
  /** The conversation, up to the end of the last user turn. */
  readonly messages?: boolean | undefined
  /** `5m` by default; `1h` costs more to write, and is `5m` for models before Claude 4.5. */
  readonly ttl?: '5m' | '1h' | undefined
}
