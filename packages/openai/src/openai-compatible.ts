import { checkMembers, GatewayError, type MembersOf, type Provider, type Transport } from '@modelgate/core'
import { type ApiKey, checkApiKey } from './api-key.ts'
import { checkBaseURL } from './base-url.ts'
import { checkTransport } from './check-transport.ts'
import { createEndpoint } from './endpoint.ts'
import { createProvider } from './provider.ts'

/** A server that speaks OpenAI's API, and what it can do. */
export interface OpenAICompatibleOptions<Id extends string> {
  /** Stands in targets (`local/llama-3.3-70b`), headers and metrics. */
  readonly id: Id
  /** Up to and without `/chat/completions`, such as `http://127.0.0.1:8000/v1`. A query (`?api-version=…`) goes with every call. */
  readonly baseURL: string
  /** Default: none is sent. A function is asked at every call. */
  readonly apiKey?: ApiKey | undefined
  /** OpenTelemetry's `gen_ai.provider.name`, such as `deepseek`. Default: the id. */
  readonly name?: string | undefined
  /** Sent with every request, after our own and instead of them: `{ 'api-key': … }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: `nodeTransport()`, closed with the provider. One that is given is not closed. */
  readonly transport?: Transport | undefined
  /** Whether streams are asked for their usage where the client did not. Default true; a server that refuses is remembered. */
  readonly streamUsage?: boolean | undefined
  /** Which bare model ids are this server's. Default: none; its models are asked for as `id/model` or by a route. */
  readonly claims?: ((model: string) => boolean) | undefined
}

const members = {
  id: true,
  baseURL: true,
  apiKey: true,
  name: true,
  headers: true,
  transport: true,
  streamUsage: true,
  claims: true,
} as const satisfies MembersOf<OpenAICompatibleOptions<string>>

/**
 * A server that speaks OpenAI's chat completions and embeddings: vLLM, llama.cpp, Ollama, DeepSeek, OpenRouter.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, a missing id, and a base URL, key or transport that is none
 */
export function openaiCompatible<const Id extends string>(options: OpenAICompatibleOptions<Id>): Provider<NoInfer<Id>> {
  // Without options at all there is no id to miss.
  checkMembers(options ?? [], members, 'openaiCompatible()')
  const { id, headers = {} } = options
  if (!id) {
    throw new GatewayError(
      'invalid_configuration',
      "openaiCompatible(): id is missing; give one, such as 'local', by which targets name it.",
    )
  }
  const subject = `openaiCompatible({ id: '${id}' })`
  const href = checkBaseURL(options.baseURL, subject)
  const apiKey = checkApiKey(options.apiKey, subject)
  const transport = checkTransport(options.transport, subject)
  if (options.claims !== undefined && typeof options.claims !== 'function') {
    throw new GatewayError('invalid_configuration', `${subject}: claims must be a function (model) => boolean.`)
  }
  const endpoint = createEndpoint({ id, baseURL: () => href, apiKey, headers, transport })
  return createProvider(endpoint, {
    id,
    name: options.name ?? id,
    streamUsage: options.streamUsage ?? true,
    claims: options.claims,
  })
}
