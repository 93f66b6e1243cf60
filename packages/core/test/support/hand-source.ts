import type { FrameBatch } from '../../src/index.ts'

/** A stream's source that does nothing by itself: the test says what each read brings. */
export interface HandSource extends AsyncIterator<FrameBatch> {
  /** How often `return()` was called. */
  closed: number
  /** Reads that still wait. */
  readonly waiting: number
  give(batch: FrameBatch): void
  end(): void
  fail(error: unknown): void
}

/** `deaf`: closing it does not wake a read that waits, as with an async generator. */
export function handSource({ deaf = false }: { readonly deaf?: boolean } = {}): HandSource {
  const readers: PromiseWithResolvers<IteratorResult<FrameBatch>>[] = []
  const ready: (() => Promise<IteratorResult<FrameBatch>>)[] = []
  let ended = false
  function push(answer: () => Promise<IteratorResult<FrameBatch>>): void {
    const reader = readers.shift()
    if (reader) answer().then(reader.resolve, reader.reject)
    else ready.push(answer)
  }
  return {
    closed: 0,
    get waiting() {
      return readers.length
    },
    give: value => push(() => Promise.resolve({ done: false, value })),
    end() {
      ended = true
      if (readers.length > 0) push(() => Promise.resolve({ done: true, value: undefined }))
    },
    fail: error => push(() => Promise.reject(error)),
    next() {
      const answer = ready.shift()
      if (answer) return answer()
      if (ended) return Promise.resolve({ done: true, value: undefined })
      const reader = Promise.withResolvers<IteratorResult<FrameBatch>>()
      readers.push(reader)
      return reader.promise
    },
    return() {
      this.closed += 1
      if (!deaf) for (const reader of readers.splice(0)) reader.reject(new Error('source closed'))
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}
