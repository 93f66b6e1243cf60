/**
 * Credentials of its own that a caller sent for one provider. What they are only that provider can read: nothing else may find a secret
 * in here, however it prints or keeps it.
 */
export interface CallerCredentials {
  /** The id of the provider that they are for. No other gets the call. */
  readonly provider: string
  /** Whose they are, as logs and limits know it: `aws:AKIA…`. */
  readonly owner: string
  /** Tells them from all others, those that only claim the same owner included; holds no `#`. State of targets is kept under it. */
  readonly identity: string
}

/**
 * Whether callers may bring credentials of their own: beside a key of the gateway's, or `alone`, as principals of the tier `free` that
 * nobody has to know.
 */
export type CallerCredentialsMode = 'with-key' | 'alone'
