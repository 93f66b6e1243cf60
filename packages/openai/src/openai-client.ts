import { GatewayError } from '@modelgate/core'
import { isObject } from './is-object.ts'

/**
 * What is used of a client of the package `openai`: an `OpenAI`, an `AzureOpenAI`, or a subclass of your own. By its shape, so that
 * any copy and version of the package will do, and none has to be installed.
 * @see https://github.com/openai/openai-node#making-customundocumented-requests
 */
export interface OpenAIClient {
  readonly baseURL: string
  /** The last one, where the client asks a function for its keys. */
  readonly apiKey: string | null
  /** Not called. The clients of other APIs, which are made by the same generator, have none. */
  readonly chat: object
  get(path: string, options?: OpenAIClientRequest): OpenAIClientAnswer
  post(path: string, options?: OpenAIClientRequest): OpenAIClientAnswer
}

/** Some of the package's `RequestOptions`. */
export interface OpenAIClientRequest {
  readonly body?: Uint8Array | undefined
  /** `null` takes a header of the client's own away. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly signal?: AbortSignal
  readonly maxRetries?: number
  /** In milliseconds, up to the answer's head. */
  readonly timeout?: number
  readonly stream?: boolean
  readonly fetchOptions?: { readonly redirect: 'manual' }
  readonly __metadata?: { readonly model: unknown }
}

/** The package's `APIPromise`. */
export interface OpenAIClientAnswer {
  asResponse(): Promise<Response>
}

/**
 * The option `client`, checked when the provider is made.
 * @throws {GatewayError} `invalid_configuration` naming what was given instead of a client
 */
export function checkClient(client: unknown, provider: string): OpenAIClient {
  if (isClient(client)) return client
  throw new GatewayError(
    'invalid_configuration',
    `${provider}: client is ${kindOf(client)} and no client of the package openai; give one, such as new OpenAI({ apiKey }), or leave client out.`,
  )
}

function isClient(client: unknown): client is OpenAIClient {
  const types = ['get', 'post', 'baseURL', 'chat'].map(name => typeof memberOf(client, name))
  return types.join() === 'function,function,string,object'
}

/** Never the value itself: who mixes the options up gives the key. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return value.name ? `the function or class ${value.name}` : 'a function'
  if (!isObject(value)) return `a ${typeof value}`
  const { name } = value.constructor ?? Object
  return name === 'Object' ? 'a plain object' : `of class ${name}`
}

/** A member of a value that may be anything, private ones of its type included. */
export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined
}
