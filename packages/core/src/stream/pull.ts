/** Who reads a stream by being told: one object for all its reads. */
export interface Receiver<T> {
  receive(step: IteratorResult<T, undefined>): void
  refuse(error: unknown): void
}

/**
 * An iterator that can tell a receiver what `next()` would promise. A thousand streams wait for their next read at a time, and all
 * that waits with them is copied by every minor collection: a receiver waits for nothing but a field.
 */
export interface PullIterator<T> extends AsyncIterator<T, undefined, undefined> {
  /** Tells the receiver one thing, once, now or later; throws nothing. To be called when what was pulled before has come. */
  pull?(receiver: Receiver<T>): void
}

/** Reads an iterator once, as cheaply as it can be read. */
export function pull<T>(iterator: PullIterator<T>, receiver: Receiver<T>): void {
  if (iterator.pull) iterator.pull(receiver)
  else {
    iterator.next().then(
      step => receiver.receive(step),
      (error: unknown) => receiver.refuse(error),
    )
  }
}

/** The `next()` of an iterator that is pulled. */
export function pulled<T>(iterator: Required<Pick<PullIterator<T>, 'pull'>>): Promise<IteratorResult<T, undefined>> {
  return new Promise((resolve, reject) => iterator.pull({ receive: resolve, refuse: reject }))
}
