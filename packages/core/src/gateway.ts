import type { CacheMode } from './cache/cache-wish.ts'
import type { CallReport } from './call-report.ts'
import type { ChatStream } from './chat-stream.ts'
import type { ContextHealth } from './context/context-layer.ts'
import type { Principal } from './contract.ts'
import type { GatewayDoor } from './http/door.ts'
import type { SpendingDesk } from './limits/budgets/budget-desk.ts'
import type { TargetHealth } from './resilience/resilience.ts'
import type { MetricsSnapshot } from './telemetry/metrics/metrics-snapshot.ts'
import type { ChatCompletion } from './wire/chat-completion.ts'
import type { ChatCompletionRequest } from './wire/chat-request.ts'
import type { EmbeddingsRequest, EmbeddingsResponse } from './wire/embeddings.ts'
import type { ModelList } from './wire/model.ts'

/** A request whose `model` completes to the gateway's own routes and targets, and takes any other id. `stream` is the method's business. */
type Naming<Request, Model extends string> = Omit<Request, 'model' | 'stream'> & {
  readonly model: Model | (string & {})
}

/** What a call in process says beside its request. */
export interface CallOptions {
  /** Aborting it ends the call and its upstream. */
  readonly signal?: AbortSignal | undefined
  /** For whom it is made: that one's permissions, limits and budget hold. Default: nobody, whom nothing limits. */
  readonly principal?: Principal | undefined
  /** Milliseconds the whole call may take, attempts included. Default: the gateway's `timeouts.totalMs`. */
  readonly deadlineMs?: number | undefined
  /** `on`: the answer is kept and given again, though the route does not say so. `off`: neither. `refresh`: kept, but not one from before given. */
  readonly cache?: CacheMode | undefined
  /**
   * What this call is known by: another call with the same key gets the same answer, and costs nothing. Once it was sent, the call goes on
   * though its `signal` aborts. 1 to 255 printable ASCII characters.
   */
  readonly idempotencyKey?: string | undefined
  /** Whether facts may be added to a chat's prompt, where the gateway has the option `context`. Default: as that says. */
  readonly context?: 'off' | undefined
  /** Travel to the report and the log. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Told of this call when it has settled, as the gateway's `onReport` is. */
  readonly onReport?: ((report: CallReport) => void) | undefined
}

/** What `gateway.fetch` takes beside a request: what only its host knows. */
export interface FetchOptions extends RequestInit {
  /** A prefix the gateway is mounted under and its host leaves in the URL, such as `/llm`. */
  readonly basePath?: string | undefined
  /** Who calls, where the host has authenticated already; the door then asks for no key. */
  readonly principal?: Principal | undefined
  /** The IP address of whoever called the host: keys that fail are counted by it. A fetch request does not hold it. */
  readonly address?: string | undefined
  /** Given what must still happen once the answer has gone out, as on edge runtimes. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** How long the end of a gateway may take. */
export interface CloseOptions {
  /** Milliseconds that open calls get to end by themselves. Default 30,000. */
  readonly graceMs?: number | undefined
  /** Milliseconds that the log gets for its last records after that, and the stores of limits and budgets for what was used. Default 5,000. */
  readonly flushMs?: number | undefined
}

/** A gateway: calls in process, the door for fronts, and what operators ask of it. */
export interface Gateway<Model extends string = string> extends AsyncDisposable {
  /**
   * One answer, whole.
   * @throws {GatewayError} with `code`, `status` and `attempts`; `cancelled` when `signal` aborts; `invalid_configuration` for an option
   * that is none.
   */
  chat(request: Naming<ChatCompletionRequest, Model>, options?: CallOptions): Promise<ChatCompletion>
  /**
   * One answer as it is made. The call starts at once, read or not; what fails is thrown to the reader. A stream that nobody
   * reads stays open until its deadline: read it, or `abort()` it.
   * @throws {GatewayError} `invalid_configuration` for an option that is none, at once
   */
  stream(request: Naming<ChatCompletionRequest, Model>, options?: CallOptions): ChatStream
  /**
   * Vectors as numbers.
   * @throws {GatewayError} as {@link Gateway.chat} does.
   */
  embed(
    request: Naming<Omit<EmbeddingsRequest, 'encoding_format'>, Model>,
    options?: CallOptions,
  ): Promise<EmbeddingsResponse>
  /**
   * What can be asked for, with what it can do: the routes, then what the providers serve. They are asked at most every 30 s, behind
   * the back of whoever asks; while one cannot be asked, its last list stands.
   */
  models(): Promise<ModelList>
  /** How the targets stand that were asked lately, as this process has seen it: breakers, failures, cool-downs. */
  targets(): readonly TargetHealth[]
  /** How the source of the option `context` stands; `undefined` without one. */
  context(): ContextHealth | undefined
  /** Closes the breaker of a target (`provider id/model`) and ends its cool-down; of all, where none is named. */
  resetTargets(target?: string): void
  /** What keys, users and tenants have spent of their budgets. */
  readonly budgets: SpendingDesk
  /** What this process has counted so far; `undefined` without the option `metrics`. */
  metrics(): MetricsSnapshot | undefined
  /**
   * The door as a fetch handler: for Hono, Next and Workers, and for an OpenAI client wholly in process
   * (`new OpenAI({ baseURL, fetch: gateway.fetch })`). What fails is an answer; like every fetch it rejects for a URL that is none
   * and when its signal aborts. A host that passes a second argument of its own, as Workers do, needs `request => gateway.fetch(request)`.
   */
  readonly fetch: (input: Request | URL | string, options?: FetchOptions) => Promise<Response>
  /** The door without a front. `@modelgate/core/node` and `@modelgate/aws/lambda` mount it. */
  readonly door: GatewayDoor
  /**
   * Refuses new calls, lets open ones end within `graceMs`, aborts the rest (`shutting_down`), then closes the providers and flushes
   * the log.
   */
  close(options?: CloseOptions): Promise<void>
}
