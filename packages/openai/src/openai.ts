import { checkMembers, GatewayError, type MembersOf, type Provider, type Transport } from '@modelgate/core'
import { type ApiKey, checkApiKey } from './api-key.ts'
import { checkBaseURL } from './base-url.ts'
import { capabilitiesAt } from './capabilities.ts'
import { checkTransport } from './check-transport.ts'
import { clientEndpoint } from './client-endpoint.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { environmentKey, environmentURL, reachableURL } from './environment.ts'
import { claimsModel } from './model-claims.ts'
import { checkClient, type OpenAIClient } from './openai-client.ts'
import { pricesAt } from './prices.ts'
import { createProvider } from './provider.ts'

/** How OpenAI is called; without options with `OPENAI_API_KEY`. */
export interface OpenAIOptions<Id extends string = 'openai'> {
  /** Stands in targets (`openai/gpt-4o-mini`), headers and metrics. Default `openai`. */
  readonly id?: Id | undefined
  /** Default: the environment's `OPENAI_API_KEY`, read at the first call. A function is asked at every call. */
  readonly apiKey?: ApiKey | undefined
  /** Up to and without `/chat/completions`. Default: the environment's `OPENAI_BASE_URL`, or OpenAI's own. */
  readonly baseURL?: string | undefined
  /** `OpenAI-Organization`. */
  readonly organization?: string | undefined
  /** `OpenAI-Project`. */
  readonly project?: string | undefined
  /** Sent with every request, after our own and instead of them. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: `nodeTransport()`, closed with the provider. One that is given is not closed. */
  readonly transport?: Transport | undefined
  /**
   * A client of the package `openai` that sends everything, as it was configured: an `OpenAI`, an `AzureOpenAI`, a subclass. Its
   * `maxRetries` and `timeout` do not hold, and it is not closed. Not together with the options above but `id`.
   */
  readonly client?: OpenAIClient | undefined
  /** Whether streams are asked for their usage where the client did not. Default true. */
  readonly streamUsage?: boolean | undefined
}

const members = {
  id: true,
  apiKey: true,
  baseURL: true,
  organization: true,
  project: true,
  headers: true,
  transport: true,
  client: true,
  streamUsage: true,
} as const satisfies MembersOf<OpenAIOptions>

/**
 * OpenAI. Requests and answers travel as the bytes they came as.
 *
 * Its calls throw `upstream_auth_failed` when there is no key.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, for a base URL, key, transport or client that is none, and for an option that a client brings
 * @see https://developers.openai.com/api/docs/api-reference/introduction
 */
export function openai<const Id extends string = 'openai'>(options: OpenAIOptions<Id> = {}): Provider<NoInfer<Id>> {
  checkMembers(options, members, 'openai()')
  // The default of the type parameter; a caller who names another id must give it.
  const id = options.id ?? ('openai' as Id)
  const baseURL = (): string => options.client?.baseURL ?? options.baseURL ?? environmentURL()
  const endpoint = options.client === undefined ? ownEndpoint(id, options) : endpointOfClient(id, options)
  return createProvider(endpoint, {
    id,
    name: 'openai',
    streamUsage: options.streamUsage ?? true,
    claims: claimsModel,
    priceOf: pricesAt(baseURL),
    capabilitiesOf: capabilitiesAt(baseURL),
  })
}

function ownEndpoint(id: string, options: OpenAIOptions<string>): Endpoint {
  const { apiKey, baseURL, organization, project, headers, transport } = options
  return createEndpoint({
    id,
    baseURL: baseURL === undefined ? reachableURL : fixed(checkBaseURL(baseURL, 'openai()')),
    apiKey: checkApiKey(apiKey, 'openai()') ?? environmentKey(),
    headers: { 'openai-organization': organization, 'openai-project': project, ...headers },
    transport: checkTransport(transport, 'openai()'),
  })
}

/** What a client brings, and where it takes it. */
const broughtByClient = {
  apiKey: 'apiKey',
  baseURL: 'baseURL',
  organization: 'organization',
  project: 'project',
  headers: 'defaultHeaders',
  transport: 'fetch',
} as const satisfies { readonly [Name in keyof OpenAIOptions]?: string }

function endpointOfClient(id: string, options: OpenAIOptions<string>): Endpoint {
  const faults = Object.entries(broughtByClient)
    .filter(([name]) => Reflect.get(options, name) !== undefined)
    .map(
      ([name, own]) =>
        `openai({ client, ${name} }): the client brings its own; give ${name} to the client, as new OpenAI({ ${own} }), or leave client out.`,
    )
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
  return clientEndpoint(id, checkClient(options.client, 'openai()'))
}

function fixed(value: string): () => string {
  return () => value
}
