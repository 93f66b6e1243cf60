import type { FrameBatch } from '../contract.ts'

/** The end of an iteration. */
export const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

export interface UpstreamReader {
  /** Reads the next batch. Ends with {@link UpstreamReader.giveUp}, whatever the source does. */
  read(): Promise<IteratorResult<FrameBatch>>
  /** The same, and the end when nothing came in time; the source is closed then. */
  readWithin(ms: number): Promise<IteratorResult<FrameBatch>>
  /** Ends a read under way, with an error or as the end, and closes the source, once. Resolves when it is closed. */
  giveUp(error?: unknown): Promise<void>
}

/**
 * Reads a source that may not notice that it was closed: an async generator that waits for its upstream does not. The reader must
 * be let go all the same.
 */
export function createUpstreamReader(source: AsyncIterator<FrameBatch>): UpstreamReader {
  let waiting: PromiseWithResolvers<IteratorResult<FrameBatch>> | undefined
  let closed: Promise<void> | undefined

  async function close(): Promise<void> {
    try {
      await source.return?.()
    } catch {
      // The upstream may already be gone; closing it again must not hide why.
    }
  }
  function read(): Promise<IteratorResult<FrameBatch>> {
    const reader = Promise.withResolvers<IteratorResult<FrameBatch>>()
    waiting = reader
    source.next().then(reader.resolve, reader.reject)
    return reader.promise
  }
  function giveUp(error?: unknown): Promise<void> {
    if (error === undefined) waiting?.resolve(over)
    else waiting?.reject(error)
    closed ??= close()
    return closed
  }
  return {
    read,
    giveUp,
    async readWithin(ms) {
      const timer = setTimeout(() => void giveUp(), ms)
      try {
        return await read()
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
