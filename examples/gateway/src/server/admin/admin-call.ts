/** What is told of a call to an administrator's route: who did what to what, and what came of it. */
export interface AdminCall {
  readonly requestId: string
  readonly operation: string
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly status: number
  readonly keyId: string | undefined
  readonly userId: string | undefined
  readonly tenant: string | undefined
  /** The caller's, as far as proxies are trusted. */
  readonly address: string | undefined
  /** What it was done to, where the path does not say. */
  readonly about: string | undefined
}
