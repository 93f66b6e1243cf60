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

  /** Tells the receiver one thing, once, now or later; throws nothing. To be called when what was pulled before has come. */
  protected abstract pull(receiver: Receiver<T>): void

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => this.pull({ receive: resolve, refuse: reject }))
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
