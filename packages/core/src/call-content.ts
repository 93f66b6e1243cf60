/** What a chat said, redacted and cut, where it was asked to be kept. */
export interface CallContent {
  /** The messages' text, each after its role. */
  readonly prompt?: string | undefined
  /** What the answer said, tool calls included; of a stream as far as it went. */
  readonly completion?: string | undefined
}
