import type { UpstreamResponse } from '@modelgate/core'
import type { Upstream } from './upstream.ts'

/** The head of an answer of status 2xx, and who gave it. */
export interface EndpointResponse extends UpstreamResponse {
  /** Who answered, for what is said of the answer. */
  readonly upstream: Upstream
}
