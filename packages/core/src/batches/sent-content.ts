import { abortError } from '../errors.ts'
import { completedOutcome, failedOutcome, type Outcome } from '../outcome.ts'

/** Bytes on their way to who asked for them. */
interface SentContent {
  readonly bytes: AsyncIterable<Uint8Array>
  /** When they have all been taken, or not. Never rejects. */
  readonly settled: Promise<Outcome>
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** A file's bytes, and how their reading ended. Not a generator: one that nobody began would never say that it is left. */
export function sentContent(source: AsyncIterable<Uint8Array>, signal: AbortSignal): SentContent {
  const { promise: settled, resolve } = Promise.withResolvers<Outcome>()
  let reading: AsyncIterator<Uint8Array> | undefined
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        if (signal.aborted) throw abortError(signal)
        reading ??= source[Symbol.asyncIterator]()
        const read = await reading.next()
        if (!read.done) return read
        resolve(completedOutcome({}))
        return over
      } catch (error) {
        resolve(failedOutcome(error))
        throw error
      }
    },
    async return() {
      resolve(failedOutcome(abortError(signal)))
      await reading?.return?.()
      return over
    },
  }
  return { bytes: { [Symbol.asyncIterator]: () => iterator }, settled }
}
