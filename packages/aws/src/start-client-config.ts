/** Where a service is that is read at a start, and how often it is tried. */
interface StartPlace {
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  /** Default 3: a start waits rather than fail. */
  readonly maxAttempts?: number | undefined
}

/** Options that the SDK's clients share. */
interface StartClientConfig {
  readonly region?: string
  readonly endpoint?: string
  readonly maxAttempts: number
  readonly requestHandler: {
    readonly connectionTimeout: number
    readonly requestTimeout: number
    readonly throwOnRequestTimeout: true
  }
}

/** The options of an SDK client that reads what a start needs: short timeouts, and only what was set. */
export function startClientConfig({ region, endpoint, maxAttempts = 3 }: StartPlace): StartClientConfig {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true },
  }
}
