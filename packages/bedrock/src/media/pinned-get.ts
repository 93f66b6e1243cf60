import type { LookupAddress } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import type { LookupFunction } from 'node:net'
import { refused } from '../request/invalid-request.ts'

/** What bounds a {@link getPinned}. */
interface PinnedGet {
  /** The addresses that the connection may go to, which were checked. */
  readonly addresses: readonly LookupAddress[]
  /** The part of the request that asks for it, for errors. */
  readonly at: string
  readonly signal: AbortSignal
  readonly maxBytes: number
}

const remedy = 'send its bytes as a data: URL'

/**
 * The body at an address, over a connection of its own to one of the given addresses: between check and connection a name may be
 * made to lead elsewhere, so that it is not looked up again. TLS still proves the name.
 * @throws {GatewayError} `invalid_request` naming the part, for any answer but 200, and for a body past the limit.
 */
export async function getPinned(url: URL, { addresses, at, signal, maxBytes }: PinnedGet): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  // As in core's `nodeTransport()`: imported, they would make every start slower.
  const { request } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https')
  // A kept connection may have been made to an address that was never checked.
  const outgoing = request(url, { agent: false, headers, lookup: pinnedTo(addresses), signal })
  outgoing.on('response', resolve)
  outgoing.on('error', () => reject(refused(at, `the image's host gave no answer; ${remedy}`)))
  outgoing.on('close', () => reject(refused(at, `the image's host gave no answer; ${remedy}`)))
  outgoing.end()
  const incoming = await promise
  try {
    checkHead(incoming, at)
    if (Number(incoming.headers['content-length']) > maxBytes) throw tooLarge(at, maxBytes)
    return await bodyOf(incoming, at, maxBytes)
  } finally {
    outgoing.destroy()
  }
}

/** Some hosts refuse who does not say its name. Compressed, a few bytes could become gigabytes. */
const headers = {
  accept: 'image/png,image/jpeg,image/gif,image/webp',
  'accept-encoding': 'identity',
  'user-agent': 'modelgate',
}

function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses
    if (all) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
}

function checkHead({ statusCode = 0, headers: { 'content-encoding': encoding } }: IncomingMessage, at: string): void {
  if (statusCode >= 300 && statusCode < 400)
    throw refused(at, "the image's address leads to another, which is not followed; send the last one")
  if (statusCode !== 200) throw refused(at, `the image's host answered ${statusCode}; check its address`)
  if (encoding && encoding !== 'identity') throw refused(at, `the image's host sends it compressed; ${remedy}`)
}

async function bodyOf(incoming: IncomingMessage, at: string, maxBytes: number): Promise<Buffer> {
  const reads: Buffer[] = []
  let length = 0
  try {
    for await (const read of incoming as AsyncIterable<Buffer>) {
      length += read.length
      if (length > maxBytes) break
      reads.push(read)
    }
  } catch {
    throw refused(at, `the connection to the image's host broke; ${remedy}`)
  }
  if (length > maxBytes) throw tooLarge(at, maxBytes)
  return Buffer.concat(reads, length)
}

function tooLarge(at: string, maxBytes: number): Error {
  return refused(at, `the image is larger than the ${maxBytes / 1024 / 1024} MB that Bedrock takes; send a smaller one`)
}
