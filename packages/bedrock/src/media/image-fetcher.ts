import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { abortError, unlessAborted } from '@modelgate/core'
import { refused } from '../request/invalid-request.ts'
import type { ImageFormat } from '../wire/converse-wire.ts'
import { sniffImageFormat } from './images.ts'
import { getPinned } from './pinned-get.ts'
import { isHostAddress, isPublicAddress } from './public-address.ts'

/** How images are fetched that a request names by their web address. */
export interface FetchImagesOptions {
  /** Whether `http:` addresses are fetched, too. Default false: anybody on the way could swap the image. */
  readonly http?: boolean | undefined
  /**
   * Hosts that may stand at private or loopback addresses, such as `images.internal`. Default none: a caller could look around in
   * the gateway's own network. Link-local addresses, where clouds keep credentials, are refused even then.
   */
  readonly privateHosts?: readonly string[] | undefined
  /** For one image, from the look-up of its host to its last byte, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined
}

/** An image that was fetched. */
interface FetchedImage {
  readonly format: ImageFormat
  readonly base64: string
}

/** Fetches one image. `at` is the part that names it, for the error. */
export type ImageFetcher = (url: string, at: string, signal: AbortSignal) => Promise<FetchedImage>

/** Finds the addresses of a host. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

const systemResolve: Resolve = host => lookup(host, { all: true })

/** What every model takes of one image. */
const maxBytes = 3.75 * 1024 * 1024
const remedy = 'send its bytes as a data: URL'

/**
 * Fetches images from the public internet and from nowhere else: a host's addresses are looked up once, all must be public, and
 * the connection goes to those and to no other. No redirect is followed, no credential sent, and what the bytes are counts, not
 * what the server says. The fetcher throws a {@link GatewayError} `invalid_request` naming the part for an image that cannot be
 * had, and the signal's reason when it aborts.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function createImageFetcher(options: FetchImagesOptions, resolve: Resolve = systemResolve): ImageFetcher {
  const privateHosts = new Set((options.privateHosts ?? []).map(host => host.toLowerCase()))
  const timeoutMs = options.timeoutMs ?? 10_000

  async function addressesOf(url: URL, at: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const found = family ? [{ address: host, family }] : await lookedUp(host, at, signal)
    const allowed = privateHosts.has(host) ? isHostAddress : isPublicAddress
    // One that is not public among others is how a name is made to lead inside.
    if (found.length > 0 && found.every(({ address }) => allowed(address))) return found
    throw refused(at, `the image's host is not on the public internet; ${remedy}`)
  }

  async function lookedUp(host: string, at: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    const pending = resolve(host).catch(() => {
      throw refused(at, `the name of the image's host does not resolve; ${remedy}`)
    })
    return await unlessAborted(pending, signal)
  }

  return async (address, at, signal) => {
    const url = checkedUrl(address, at, options.http === true)
    const late = AbortSignal.timeout(timeoutMs)
    const either = AbortSignal.any([signal, late])
    try {
      const addresses = await addressesOf(url, at, either)
      const bytes = await getPinned(url, { addresses, at, signal: either, maxBytes })
      const base64 = bytes.toString('base64')
      const format = sniffImageFormat(base64)
      if (format) return { format, base64 }
    } catch (error) {
      if (signal.aborted) throw abortError(signal)
      if (late.aborted) throw refused(at, `the image did not come within ${timeoutMs} ms; ${remedy}`)
      throw error
    }
    throw refused(at, 'what stands at the address is no PNG, JPEG, GIF or WebP; send one that is')
  }
}

function checkedUrl(address: string, at: string, takesHttp: boolean): URL {
  const url = URL.parse(address)
  if (!url) throw refused(at, `the image's address is malformed; ${remedy}`)
  if (url.protocol !== 'https:' && !(takesHttp && url.protocol === 'http:'))
    throw refused(at, `images are fetched over https only, not ${url.protocol.replace(':', '')}; ${remedy}`)
  if (url.username !== '' || url.password !== '')
    throw refused(at, `an address with a user name or password is not fetched; ${remedy}`)
  return url
}
