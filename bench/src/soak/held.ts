import v8 from 'node:v8'

/** What a process holds once its garbage is collected. */
export interface Held {
  /** Without the pages that V8 keeps at hand: their number is that of the fullest moment so far. */
  readonly residentKilobytes: number
  /** What JavaScript made: the heap without code. */
  readonly objectKilobytes: number
  /** Bytecode, machine code, and what V8 notes about them. It grows as long as V8 still finds something to compile. */
  readonly codeKilobytes: number
}

/** Needs `--expose-gc`. */
export function heldNow(): Held {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  const { rss, heapUsed } = process.memoryUsage()
  const code = v8
    .getHeapSpaceStatistics()
    .filter(({ space_name }) => /code|trusted/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)
  return { residentKilobytes: rss / 1024, objectKilobytes: (heapUsed - code) / 1024, codeKilobytes: code / 1024 }
}
