import type { CheckedOptions } from '../check-options.ts'
import { type PriceBook, priceBook } from '../cost/price-book.ts'
import type { RouteTable } from '../router/resolve.ts'
import { type TimeoutTable, timeoutTable } from '../timeouts.ts'
import { type ErrorTeller, errorTeller } from './error-teller.ts'

/** What a gateway's options come to. Nothing in it changes. */
export interface Settings {
  readonly options: CheckedOptions
  readonly providers: CheckedOptions['providers']
  readonly routes: RouteTable
  readonly exposeModels: 'routes' | 'all'
  /** The output cap, in tokens, of a chat that needs one where nobody has said any. */
  readonly defaultTokens: number
  readonly times: TimeoutTable
  readonly priceOf: PriceBook
  readonly onError: ErrorTeller
}

/** Of options that were checked. */
export function settingsOf(options: CheckedOptions): Settings {
  const { providers, routes = {} } = options
  return {
    options,
    providers,
    routes,
    exposeModels: options.exposeModels ?? (Object.keys(routes).length > 0 ? 'routes' : 'all'),
    defaultTokens: options.limits?.defaultMaxTokens ?? 4_096,
    times: timeoutTable(options.timeouts, routes),
    priceOf: priceBook(options.prices ?? {}, providers),
    onError: errorTeller(options),
  }
}
