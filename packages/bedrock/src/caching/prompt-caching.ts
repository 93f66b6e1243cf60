import { kindOf, quoted, refused } from '../request/invalid-request.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { isJsonObject } from '../wire/json.ts'
import type { CachingPlaces } from './caching-places.ts'

/** The places by name, in the order in which a model reads them. */
export const cachingPlaces = ['tools', 'system', 'messages'] as const

const everywhere: CachingPlaces = { system: true, tools: true, messages: true }

/** `true` stands for every place, `false` for none. */
export function toCachingPlaces(option: boolean | CachingPlaces | undefined): CachingPlaces {
  if (option === true) return everywhere
  return option || {}
}

/** What is wrong with a wish for caching, for a sentence; `undefined` for nothing. */
export function promptCachingFault(value: unknown): string | undefined {
  if (typeof value === 'boolean') return undefined
  if (!isJsonObject(value)) return `must be a boolean or an object, got ${kindOf(value)}`
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null) continue
    if (name === 'ttl') {
      if (member !== '5m' && member !== '1h') return "`ttl` must be '5m' or '1h'"
    } else if (!cachingPlaces.some(place => place === name)) return `${quoted(name)} is no place in a prompt`
    else if (typeof member !== 'boolean') return `\`${name}\` must be a boolean, got ${kindOf(member)}`
  }
  return undefined
}

/**
 * What is cached of one request: what `prompt_caching` says, place by place; then what `prompt_cache_options.mode` says, where OpenAI's
 * `implicit` is everywhere and `explicit` nowhere; then the provider's own option.
 * @throws {GatewayError} `invalid_request` for a `prompt_caching` that is neither a boolean nor an object of known places.
 */
export function cachingPlacesOf(request: BedrockChatRequest, option: CachingPlaces): CachingPlaces {
  const { prompt_caching: asked, prompt_cache_options: options } = request
  const base = byMode(isJsonObject(options) ? options.mode : undefined, option)
  if (asked === undefined || asked === null) return base
  const fault = promptCachingFault(asked)
  if (fault) throw refused('prompt_caching', `${fault}; send true, false, or an object such as { system: true }`)
  if (typeof asked === 'boolean') return asked ? { ...everywhere, ttl: base.ttl } : {}
  const { system = base.system, tools = base.tools, messages = base.messages, ttl = base.ttl } = withoutNulls(asked)
  return { system, tools, messages, ttl }
}

function byMode(mode: unknown, option: CachingPlaces): CachingPlaces {
  if (mode === 'implicit') return { ...everywhere, ttl: option.ttl }
  return mode === 'explicit' ? {} : option
}

function withoutNulls(places: CachingPlaces): CachingPlaces {
  return Object.fromEntries(Object.entries(places).filter(([, member]) => member !== null))
}
