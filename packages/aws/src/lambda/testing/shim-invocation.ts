import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { HttpPrelude } from '../lambda-runtime.ts'

/** One invocation, seen from Lambda's end of the response stream. */
export interface ShimInvocation {
  /** Status and headers. Rejects where the answer had no prelude, as it has none when nothing was written. */
  readonly prelude: Promise<HttpPrelude>
  /** The body, read as it is asked for: a reader that stops is a slow client. It can be read once. */
  pieces(): AsyncIterable<Uint8Array>
  /** The rest of the body. */
  text(): Promise<string>
  /** The handler is done. Rejects with what it threw, and where it left its stream open. */
  readonly returned: Promise<void>
}

const delimiter = Buffer.alloc(8)

/** Runs a streaming handler, and reads its answer. */
export function shimInvocation(wire: Readable, returned: Promise<void>): ShimInvocation {
  const source = wire[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)

  async function readPrelude(): Promise<HttpPrelude> {
    for (;;) {
      const step = await source.next()
      if (step.done) throw new Error(`The answer ended without a prelude, after ${rest.length} bytes.`)
      rest = Buffer.concat([rest, step.value])
      const at = rest.indexOf(delimiter)
      if (at < 0) continue
      const prelude = JSON.parse(rest.subarray(0, at).toString('utf8')) as HttpPrelude
      rest = rest.subarray(at + delimiter.length)
      return prelude
    }
  }
  const prelude = readPrelude()

  async function* pieces(): AsyncGenerator<Uint8Array> {
    await prelude
    if (rest.length > 0) yield rest
    for (;;) {
      const step = await source.next()
      if (step.done) return
      yield step.value
    }
  }
  // A test may look at one of the two alone: the other must not end the process.
  for (const promise of [prelude, returned]) promise.catch(() => {})

  return {
    prelude,
    pieces,
    async text() {
      const read: Uint8Array[] = []
      for await (const piece of pieces()) read.push(piece)
      return Buffer.concat(read).toString('utf8')
    },
    returned,
  }
}
