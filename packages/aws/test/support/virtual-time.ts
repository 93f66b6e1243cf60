/** Time that passes only where something waits for it. */
export class VirtualTime {
  nowMs: number
  readonly #waiting: { readonly atMs: number; readonly wake: () => void }[] = []

  constructor(startMs: number) {
    this.nowMs = startMs
  }

  sleep(durationMs: number): Promise<void> {
    return this.until(this.nowMs + durationMs)
  }

  until(atMs: number): Promise<void> {
    return new Promise(wake => {
      const index = this.#waiting.findIndex(other => other.atMs > atMs)
      this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, { atMs, wake })
    })
  }

  /** Runs until nobody waits any more. */
  async run(work: Promise<unknown>): Promise<void> {
    let done = false
    const finished = work.finally(() => {
      done = true
    })
    for (;;) {
      // All that can go on without time going by does so first.
      await new Promise(resolve => setImmediate(resolve))
      const next = this.#waiting.shift()
      if (!next) break
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.wake()
    }
    if (!done) await finished
    await finished
  }
}
