/** AWS credentials. Keys given without a `sessionToken` are used without one, whatever the environment holds. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** When they stop working; absent: never. They are renewed five minutes before. */
  readonly expiration?: Date | undefined
}

/** Fixed credentials, or a function that fetches them; its result is kept until it nears its `expiration`. */
export type CredentialSource = AwsCredentials | (() => Promise<AwsCredentials>)

/** What a request is authorised with. */
export type Authorization =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'sigv4'; readonly credentials: AwsCredentials }

/** Finds what requests are authorised with, and keeps it while it is good. */
export interface Authorizer {
  /**
   * At once where they are at hand.
   * @throws {GatewayError} `upstream_auth_failed` when no source has credentials.
   */
  authorize(): Authorization | Promise<Authorization>
  /** Forgets fetched credentials that AWS called expired, where these are still in use. Whether others may be had in their place. */
  forget(refused: Authorization): boolean
}
