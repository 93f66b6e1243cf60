/** A wait that can be ended early. One at a time. */
export class Pause {
  private end: (() => void) | undefined

  wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(() => this.over(), ms)
      this.end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Ends the wait under way, if there is one. */
  over(): void {
    this.end?.()
    this.end = undefined
  }
}
