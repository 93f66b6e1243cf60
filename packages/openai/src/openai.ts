import { GatewayError, type Provider, type Transport } from '@modelgate/core'
import { checkBaseURL } from './base-url.ts'
import type { ApiKey } from './endpoint.ts'
import { claimsModel } from './model-claims.ts'
import { createProvider } from './provider.ts'

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
  /** Whether streams are asked for their usage where the client did not. Default true. */
  readonly streamUsage?: boolean | undefined
}

/**
 * OpenAI. Requests and answers travel as the bytes they came as.
 *
 * Its calls throw `upstream_auth_failed` when there is no key.
 * @throws {GatewayError} `invalid_configuration` for a base URL that is none
 * @see https://developers.openai.com/api/docs/api-reference/introduction
 */
export function openai<const Id extends string = 'openai'>(options: OpenAIOptions<Id> = {}): Provider<NoInfer<Id>> {
  const { apiKey, baseURL, organization, project, headers, transport, streamUsage } = options
  return createProvider<Id>({
    // The default of the type parameter; a caller who names another id must give it.
    id: options.id ?? ('openai' as Id),
    name: 'openai',
    baseURL: baseURL === undefined ? environmentURL : fixed(checkBaseURL(baseURL, 'openai()')),
    apiKey: apiKey ?? environmentKey(),
    headers: { 'openai-organization': organization, 'openai-project': project, ...headers },
    transport,
    streamUsage: streamUsage ?? true,
    claims: claimsModel,
  })
}

function fixed(value: string): () => string {
  return () => value
}

function environmentURL(): string {
  return process.env.OPENAI_BASE_URL || 'https://api.openai.com/v1'
}

/** Read once: looking into the environment costs more than the rest of the headers. */
function environmentKey(): () => string {
  let key: string | undefined
  return () => {
    key ??= process.env.OPENAI_API_KEY
    if (key) return key
    throw new GatewayError('upstream_auth_failed', 'There is no OpenAI API key; set OPENAI_API_KEY or pass `apiKey`.')
  }
}
