import type { ChatCompletionRequest, Handler } from '@modelgate/core'
import { eachBounded } from '../fan-out/each-bounded.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { refused } from '../request/invalid-request.ts'
import type { ImageFetcher } from './image-fetcher.ts'

type Message = ChatCompletionRequest['messages'][number]

/** What fetching the images of requests takes. */
interface FetchingParts {
  readonly fetchImage: ImageFetcher
  readonly capabilitiesOf: (model: string) => ModelCapabilities
}

/** What fetching one request's images takes. */
interface FetchParts {
  readonly fetchImage: ImageFetcher
  readonly capabilities: ModelCapabilities
  readonly signal: AbortSignal
}

/** Images that one call fetches at a time, and at all: nobody but the model would bound what one request has the gateway fetch. */
const atOnce = 4
const mostFetched = 20

/**
 * A chat handler that first fetches the images which a request names by web address; `chat` gets them as `data:` URLs, and
 * nothing goes upstream where one cannot be had.
 */
export function fetchingImages(chat: Handler<'chat'>, { fetchImage, capabilitiesOf }: FetchingParts): Handler<'chat'> {
  return async call => {
    const capabilities = capabilitiesOf(call.request.model)
    const request = await withFetchedImages(call.request, { fetchImage, capabilities, signal: call.signal })
    return chat(request === call.request ? call : { ...call, request })
  }
}

/**
 * The request with the images that it names by web address in place of the addresses, as `data:` URLs; itself where it names
 * none. An image that stands in several messages is fetched once. The first that cannot be had ends the others.
 * @throws {GatewayError} `invalid_request` naming the part; the signal's reason when it aborts.
 */
async function withFetchedImages<Request extends ChatCompletionRequest>(
  request: Request,
  { fetchImage, capabilities, signal }: FetchParts,
): Promise<Request> {
  const places = placesOf(request.messages)
  // A model without vision: its refusal needs no bytes.
  if (places.size === 0 || capabilities.images === 0) return request
  const named = [...places]
  const most = Math.min(capabilities.images, mostFetched)
  const beyond = named[most]
  if (beyond) {
    const why = `at most ${most} images of one request are fetched by their addresses; leave out older ones, or send data: URLs`
    throw refused(beyond[1], why)
  }
  const fetched = await eachBounded(named, { limit: atOnce, signal }, async ([url, at], siblings) => {
    const { format, base64 } = await fetchImage(url, at, siblings)
    return [url, `data:image/${format};base64,${base64}`] as const
  })
  const bytes = new Map(fetched)
  return { ...request, messages: request.messages.map(message => inlined(message, bytes)) }
}

/** Each address with the first part that names it. */
function placesOf(messages: readonly Message[]): Map<string, string> {
  const places = new Map<string, string>()
  messages.forEach(({ content }, message) => {
    if (!Array.isArray(content)) return
    content.forEach((part, index) => {
      const url = addressOf(part)
      if (url !== undefined && !places.has(url)) places.set(url, `messages[${message}].content[${index}]`)
    })
  })
  return places
}

function addressOf(part: object): string | undefined {
  if (!('image_url' in part)) return undefined
  const { url } = part.image_url as { readonly url?: unknown }
  return typeof url === 'string' && /^https?:/i.test(url) ? url : undefined
}

function inlined<M extends Message>(message: M, bytes: ReadonlyMap<string, string>): M {
  const { content } = message
  if (!Array.isArray(content)) return message
  const parts: unknown[] = content.map((part: { readonly image_url?: object }) => {
    const url = bytes.get(addressOf(part) ?? '')
    return url === undefined ? part : { ...part, image_url: { ...part.image_url, url } }
  })
  return { ...message, content: parts }
}
