/** One frame of an AWS event stream, its checksums verified. */
export interface StreamFrame {
  readonly kind: 'event' | 'exception' | 'error'
  /** `:event-type`, `:exception-type` or `:error-code`. */
  readonly type: string
  /** The payload as text; for `error` frames `:error-message`, which carry no payload. */
  readonly body: string
}
