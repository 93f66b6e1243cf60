import type { Provider } from '../provider.ts'

/** A provider and the upstream it calls, made for one case of {@link providerCases} and disposed after it. */
export interface ProviderRig extends AsyncDisposable {
  readonly provider: Provider
  /** A model that chats, streams and calls tools, by the upstream's own id. */
  readonly chatModel: string
  /** Absent: the provider has no embeddings, and must not say that it has. */
  readonly embeddingModel?: string | undefined
  readonly upstream: FakeUpstream
}

/**
 * The upstream of a rig: a server on a real socket, of whatever kind, that fails when it is told to and tells what it saw.
 *
 * When it is well it answers the prompt `Say exactly: X` with a text that holds X, streamed in several pieces; the prompt
 * `get_weather in Paris`, offered that tool, with a call of it; different texts with different vectors; all with their usage.
 */
export interface FakeUpstream {
  /** How it answers every request from now on. Without a fault: well. */
  misbehave(fault?: UpstreamFault): void | Promise<void>
  /** How many requests have come. */
  requests(): number
  /** Resolves once the request with this number, from 0, has come. */
  arrival(index: number): Promise<unknown>
  /** Resolves once its answer is over: `sent` whole, `broken` off by the upstream, or `left` by the client before its end. */
  ending(index: number): Promise<'sent' | 'broken' | 'left'>
  /** Connections that are open now, idle ones included. */
  connections(): number
}

/** The ways in which an upstream fails. `after` says how far a streamed answer has come by then. */
export type UpstreamFault =
  /** Its API's usual error of this status, with a `Retry-After` where one is given. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number | undefined }
  /** A page of HTML, as a proxy would send. */
  | { readonly kind: 'page'; readonly status: 200 | 503 }
  /** A 307 to another path of the same server, which counts as a request if it is followed. */
  | { readonly kind: 'redirect' }
  /** The right answer under the content type `text/html`. */
  | { readonly kind: 'content-type' }
  /** No connection is taken. */
  | { readonly kind: 'refuse' }
  /** It falls silent, and keeps the connection open. */
  | { readonly kind: 'silence'; readonly after: 'request' | 'head' | 'content' }
  /** A 200 whose stream says that the service is out of order. */
  | { readonly kind: 'error'; readonly after: 'head' | 'content' }
  /** An event that cannot be read. */
  | { readonly kind: 'garbage'; readonly after: 'head' | 'content' }
  /** The connection is closed in the middle of an event. */
  | { readonly kind: 'cut'; readonly after: 'head' | 'content' }
  /** The connection is reset. */
  | { readonly kind: 'reset'; readonly after: 'content' }
  /** A clean end of all that stands for the answer's end: no finish reason, no last event. */
  | { readonly kind: 'no-end' }
