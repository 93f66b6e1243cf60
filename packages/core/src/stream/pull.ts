/** Who reads a stream by being told: one object for all its reads. */
export interface Receiver<T> {
  receive(step: IteratorResult<T, undefined>): void
  refuse(error: unknown): void
}

/**
 * An iterator that can tell a receiver what `next()` would promise. A thousand streams wait for their next read at a time, and all
 * that waits with them is copied by every minor collection: a receiver waits for nothing but a field.
 */
export abstract class Pullable<T> implements AsyncIterator<T, undefined, undefined> {
  /** As it was made: a layer may have put its own in its place, or a copy of this iterator. */
  readonly #next: unknown = Reflect.get(this, 'next')
  /** Whether a read that `next()` has promised is under way, and which ones wait for it. */
  #isAsked = false
  #later: Receiver<T>[] | undefined

  /** Tells the receiver one thing, once, now or later; throws nothing. To be called when what was pulled before has come. */
  protected abstract pull(receiver: Receiver<T>): void

  /** Reads that are asked for together come one after another, as an async generator's do. */
  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const receiver: Receiver<T> = {
        receive: step => {
          this.#askNext()
          resolve(step)
        },
        refuse: error => {
          this.#askNext()
          reject(error)
        },
      }
      if (this.#isAsked) {
        this.#later ??= []
        this.#later.push(receiver)
      } else {
        this.#isAsked = true
        this.pull(receiver)
      }
    })
  }

  /** Not within the read that has just come: whoever brought it may not be done with it. */
  #askNext(): void {
    const receiver = this.#later?.shift()
    if (receiver) queueMicrotask(() => this.pull(receiver))
    else this.#isAsked = false
  }

  /** Reads an iterator once, as cheaply as it can be read: by `next()` where it is not ours, or not as it was. */
  static read<T>(iterator: AsyncIterator<T, undefined, undefined>, receiver: Receiver<T>): void {
    const ours = iterator as Pullable<T>
    if (#next in iterator && ours.#next === ours.next) ours.pull(receiver)
    else {
      promised(iterator).then(
        step => receiver.receive(step),
        (error: unknown) => receiver.refuse(error),
      )
    }
  }
}

/** What anybody else's throws at once is nobody's to catch: who reads may stand on a timer, or on a socket's event. */
function promised<T>(iterator: AsyncIterator<T, undefined, undefined>): Promise<IteratorResult<T, undefined>> {
  try {
    return Promise.resolve(iterator.next())
  } catch (error) {
    return Promise.reject(error)
  }
}
