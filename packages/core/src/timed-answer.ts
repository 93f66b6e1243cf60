import { conditionError } from './condition-error.ts'

/** A store's promise that is waited for only so long. */
export class TimedAnswer<T> {
  readonly answer: Promise<T>
  /** Whether it was given up before it was there. */
  isLate = false

  /** @param what whose answer it is, such as `limit store` */
  constructor(asked: Promise<T>, timeoutMs: number, what: string) {
    this.answer = new Promise((resolve, reject) => {
      let isAnswered = false
      const giveUp = (): void => {
        if (isAnswered) return
        this.isLate = true
        reject(conditionError(`The ${what} did not answer within ${timeoutMs} ms.`))
      }
      // Timers come before sockets in a turn of the event loop: after a turn that took long, the answer may be there, unread.
      const timer = setTimeout(() => setImmediate(giveUp), timeoutMs)
      const end = (): void => {
        isAnswered = true
        clearTimeout(timer)
      }
      asked.then(
        value => {
          end()
          resolve(value)
        },
        (error: unknown) => {
          end()
          reject(error)
        },
      )
    })
  }
}
