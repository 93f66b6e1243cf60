import type { Provider } from '@modelgate/core'
import { chatHandler } from './chat.ts'
import { embeddingsHandler } from './embeddings.ts'
import type { Endpoint } from './endpoint.ts'
import { listModels } from './models.ts'
import { dearerTiers } from './prices.ts'
import { ResponsesApi } from './responses/responses-api.ts'
import { StreamUsage } from './stream-usage.ts'
import { TokenCap } from './token-cap.ts'

/** What a provider over a server of OpenAI's API is made of. */
interface ProviderOptions<Id extends string> {
  readonly id: Id
  readonly name: string
  readonly streamUsage: boolean
  readonly claims: ((model: string) => boolean) | undefined
  /** Absent for servers whose prices only their operators know. */
  readonly priceOf?: Provider['priceOf']
  readonly capabilitiesOf?: Provider['capabilitiesOf']
}

/** A provider over one endpoint that speaks OpenAI's API. */
export function createProvider<const Id extends string>(
  endpoint: Endpoint,
  options: ProviderOptions<Id>,
): Provider<Id> {
  return {
    id: options.id,
    name: options.name,
    handlers: {
      chat: chatHandler({
        endpoint,
        usage: new StreamUsage(options.streamUsage),
        cap: new TokenCap(),
        responses: new ResponsesApi(endpoint),
      }),
      embeddings: embeddingsHandler(endpoint),
    },
    ...(options.claims && { claims: options.claims }),
    ...(options.priceOf && { priceOf: options.priceOf, dearerTiersOf: dearerTiers(options.priceOf) }),
    ...(options.capabilitiesOf && { capabilitiesOf: options.capabilitiesOf }),
    models: signal => listModels(endpoint, signal),
    close: () => endpoint.close(),
  }
}
