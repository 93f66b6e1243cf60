import type { CallerCredentials } from './caller-credentials.ts'
import type { Handler, Operation, Operations } from './contract.ts'
import type { ModelPrice, PriceTerms } from './cost/model-price.ts'
import type { TargetCapabilities } from './target-capabilities.ts'
import type { Model } from './wire/model.ts'

/** An adapter to one upstream API: a named table of handlers. It translates and calls; it does not retry, log or decide. */
export interface Provider<Id extends string = string> {
  /** Stands in targets, `x-provider`, headers and metrics. Unique in a gateway; holds no `/`. */
  readonly id: Id
  /** OpenTelemetry's `gen_ai.provider.name`, such as `aws.bedrock`. */
  readonly name: string
  readonly handlers: { readonly [O in Operation]?: Handler<O> }
  /** Whether a bare model id is this provider's own, by its shape. */
  claims?(model: string): boolean
  /** What the upstream serves, with upstream ids: to the gateway, or to who has these credentials of its own. */
  models?(signal: AbortSignal, credentials?: CallerCredentials): Promise<readonly Model[]>
  /**
   * The credentials of its own that a caller sent in a request's headers (lower-case names); `undefined` where there are none. The
   * handlers then find them in `call.context.callerCredentials`, and must use no others. Absent: none are taken.
   * @throws {GatewayError} `invalid_request` naming the header, never its value.
   */
  callerCredentials?(headers: Readonly<Record<string, string | undefined>>): CallerCredentials | undefined
  /** What a model of the upstream's costs; `undefined` where that is not known, which is not nothing. Called once an attempt. */
  priceOf?(model: string, terms: PriceTerms): ModelPrice | undefined
  /**
   * Service tiers, as `priceOf` knows them, at which a request may be billed though it does not name them by `service_tier`: for another
   * member of it, or since the upstream's account may say so. Under a budget the dearest is reserved, and one without a price is refused.
   */
  dearerTiersOf?(model: string, request: Operations[Operation]['request']): readonly string[]
  /** What a model can do, from data: routes pass over targets that cannot serve a call. `undefined`: unknown, and then it may. */
  capabilitiesOf?(model: string): TargetCapabilities | undefined
  close?(): Promise<void>
}
