import type { Authenticate } from './auth/authenticate.ts'
import type { BatchesOptions } from './batches/batches-options.ts'
import type { CacheOptions } from './cache/cache-options.ts'
import type { CallReport } from './call-report.ts'
import type { CallerCredentialsMode } from './caller-credentials.ts'
import type { ContextLayer } from './context/context-layer.ts'
import type { Middleware } from './contract.ts'
import type { ConfiguredPrices } from './cost/price-book.ts'
import type { StreamsOptions } from './http/streams-options.ts'
import type { IdempotencyOptions } from './idempotency/idempotency-options.ts'
import type { BudgetsOptions } from './limits/budgets/budgets-options.ts'
import type { LimitsOptions } from './limits/limits-options.ts'
import type { Provider } from './provider.ts'
import type { RetryOptions } from './resilience/budgeted-retries.ts'
import type { BulkheadOptions } from './resilience/bulkheads.ts'
import type { CircuitBreakerOptions } from './resilience/circuit-breaker-options.ts'
import type { CoolDownOptions } from './resilience/cool-downs.ts'
import type { RouteConfig } from './router/resolve.ts'
import type { Telemetry } from './telemetry/call-follower.ts'
import type { LogContentOptions } from './telemetry/content/keep-content.ts'
import type { Logger } from './telemetry/logs/logger.ts'
import type { MetricsOptions } from './telemetry/metrics/metrics-options.ts'
import type { RequestLog } from './telemetry/request-log.ts'
import type { Timeouts } from './timeouts.ts'

/** `id/model` for each of the providers' ids. */
export type TargetName<P extends readonly Provider[]> = `${P[number]['id']}/${string}`
/** Routes over the providers' targets, whose conditions lead to routes of these names. */
export type Routes<P extends readonly Provider[], Name extends string = string> = Readonly<
  Record<string, RouteConfig<TargetName<P>, Name>>
>

/** What a gateway is made of. Only `providers` is needed; an option that is `undefined` is as one that is absent. */
export interface GatewayOptions<P extends readonly Provider[] = readonly Provider[], R = Routes<P>> {
  /** At least one; their ids are unique. */
  readonly providers: P
  /** Names of your own and the targets behind each, `id/model`: in the order they are tried, or with a strategy and conditions. */
  readonly routes?: R | undefined
  /**
   * Who may come in by the door: `apiKeys(store)`, a function of the request's headers, or `'none'` for everybody. Without it
   * the gateway works in process and the door answers 401.
   */
  readonly auth?: Authenticate | 'none' | undefined
  /**
   * Whether callers may bring credentials of their own for a provider that takes some, as Bedrock does, and pay it themselves: `'with-key'`
   * beside a key of the gateway's, `'alone'` also without one, as principals `aws:<access key id>` of the tier `free`. Such a request
   * names its provider by `x-provider` and goes nowhere else. Default: a request that brings some is refused.
   */
  readonly callerCredentials?: CallerCredentialsMode | undefined
  /**
   * How many proxies stand before the gateway and append to `X-Forwarded-For`, as an ALB and an API Gateway each do: the caller's
   * address is the one that many places from its right end. Default 0: it is the connection's.
   */
  readonly trustProxy?: number | undefined
  /**
   * What callers may use: requests and tokens a minute, requests an hour, calls at once, by tier or by key. Without it the tiers of
   * `defaultTiers` hold, counted in this process's memory; a caller with neither a tier nor limits of its own is not limited.
   */
  readonly limits?: LimitsOptions | undefined
  /**
   * How answers are kept that may be given again, to the same tenant for the same request: of the routes that say `cache`, and where a
   * caller asks for it. Without it routes that say `cache` have theirs kept in this process's memory.
   */
  readonly cache?: CacheOptions | undefined
  /**
   * What callers may cost, in US dollars a day and a month (UTC): keys by their own budgets, tenants by name. Default: each key's own
   * budget, where it has one, counted in this process's memory.
   */
  readonly budgets?: BudgetsOptions | undefined
  /**
   * How calls are answered that bring an `Idempotency-Key`: once, and their repeats by the same answer, at no cost. Default: they are, known
   * to this process alone, for 24 hours. `false` takes no notice of keys.
   */
  readonly idempotency?: IdempotencyOptions | false | undefined
  /** Layers of your own, outermost first. They see every operation; `forChat` makes one for chats alone. */
  readonly use?: readonly Middleware[] | undefined
  /** Adds facts to the prompts of chats: `mcpContext()` of `@modelgate/mcp-context`. Default: nothing is added. */
  readonly context?: ContextLayer | undefined
  /** Answers a request that names no model. */
  readonly defaultModel?: string | undefined
  /** Answers embeddings requests that name no model. Default: `defaultModel`. */
  readonly defaultEmbeddingModel?: string | undefined
  /** What callers over the door can name. Default: `'routes'` where routes are configured, else `'all'`. */
  readonly exposeModels?: 'routes' | 'all' | undefined
  /** Upstream attempts a call may cost, over all its targets. Default 3. */
  readonly maxAttempts?: number | undefined
  /** When a call asks a target again that failed, once no other is left. */
  readonly retry?: RetryOptions | undefined
  /** When a target that fails time after time is left out, and how it is tried again. */
  readonly circuitBreaker?: CircuitBreakerOptions | undefined
  /** How long a target is left alone that throttled, or refused the gateway's credentials. */
  readonly coolDown?: CoolDownOptions | undefined
  /** How many attempts each target may have under way, in this process. Default: as many as come. */
  readonly bulkhead?: BulkheadOptions | undefined
  /**
   * US dollars for a million tokens, by target (`bedrock/us.amazon.nova-lite-v1:0`) or by the upstream's bare model id: what your
   * contract says, or what no provider knows. They stand in place of the providers' own, at every service tier. Zero is a price.
   */
  readonly prices?: ConfiguredPrices | undefined
  /** How long a call, its connections and a stream's upstream may take. */
  readonly timeouts?: Timeouts | undefined
  /** What streamed answers over the door do while nothing goes out. */
  readonly streams?: StreamsOptions | undefined
  /** Serves OpenAI's `/v1/files` and `/v1/batches`. Default: the door has no such paths. */
  readonly batches?: BatchesOptions | undefined
  /** Largest request body the door reads, in bytes. Default 20 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** One record for each settled call. */
  readonly requestLog?: RequestLog | undefined
  /**
   * Keeps prompts and completions of chats in the request log's records, redacted and cut. Default false: they are nowhere. Whoever
   * reads the log then reads what your users wrote.
   */
  readonly logContent?: boolean | LogContentOptions | undefined
  /** Counts calls, tokens, cost, errors and latencies for `gateway.metrics()`. Default false: nothing is counted. */
  readonly metrics?: boolean | MetricsOptions | undefined
  /**
   * Follows calls with spans and metrics: `openTelemetry()` of `@modelgate/core/opentelemetry`. With it calls are counted as by `metrics`.
   * Default: nobody does.
   */
  readonly telemetry?: Telemetry | undefined
  /** Told of each call when it has settled: what answered, its tokens, its cost. What it throws goes to `onError`. */
  readonly onReport?: ((report: CallReport) => void) | undefined
  /** Told of every settled call, and what no caller may see: `jsonLogger()` is one. Default: none. */
  readonly logger?: Logger | undefined
  /**
   * Told what no caller may see: the cause of a 500, a listener that threw, a model whose price is not known, a tier without
   * limits that are known, a store of limits that fails. Default: the `logger`, else `console.error`.
   */
  readonly onError?: ((error: unknown, callId?: string) => void) | undefined
}
