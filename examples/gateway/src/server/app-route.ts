import type { AnswerHeaders, DoorRequest, Principal } from '@modelgate/core'
import type { AppParts } from './app-parts.ts'

/** What opens a route: nothing, or a key with this scope. */
type RouteScope = 'public' | 'completions' | 'health' | 'admin'

/** A request to one of the app's own routes, its key already looked at. */
export interface Asked {
  readonly request: DoorRequest
  /** As it stands on the answer: `x-request-id`. */
  readonly requestId: string
  /** Whose key it came with; absent where the route is public. */
  readonly principal: Principal | undefined
  /** What stood in the places of the path's `{name}`s, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /**
   * The JSON body; `undefined` where there is none.
   * @throws {GatewayError} `invalid_request`, `request_too_large`
   */
  readonly body: () => Promise<unknown>
}

export interface Answer {
  readonly status: number
  /** Sent as JSON, or as it is where it is text with a type of its own. */
  readonly body: unknown
  /** Default `application/json`. */
  readonly contentType?: string | undefined
  readonly headers?: AnswerHeaders | undefined
  /** For the line that tells of an administrator's call: what it was done to, where the path does not say. */
  readonly about?: string | undefined
}

/** One line of the table of all that the app serves. Documents of the API are made from it. */
export type AppRoute = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `{name}` stands for one character or more, slashes among them: targets have some. */
  readonly path: string
  readonly scope: RouteScope
  readonly operationId: string
  /** Asked every few seconds by a machine: of its calls only those that fail are told, for the others would bury what people do. */
  readonly isScraped?: true | undefined
} & (
  | {
      readonly answer: (asked: Asked, app: AppParts) => Answer | Promise<Answer>
      /** The parameters that its query may have, where it looks at any. */
      readonly query?: readonly string[] | undefined
    }
  /** The gateway's door answers it, and has its own look at the key. */
  | { readonly door: string }
)

/** A route that the app answers itself. */
export type OwnRoute = Extract<AppRoute, { readonly answer: unknown }>
