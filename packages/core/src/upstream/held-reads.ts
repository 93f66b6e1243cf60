/**
 * What was read of a body and not yet asked for. Nearly always one read: that one has a field of its own, because an array made anew
 * for each is soon made among the old objects, by an engine that saw the first ones live long, and then keeps all its reads there.
 */
export class HeldReads {
  /** Of all that is held. */
  bytes = 0
  private first: Buffer | undefined
  private rest: Buffer[] | undefined

  get count(): number {
    return this.first ? 1 + (this.rest?.length ?? 0) : 0
  }

  add(read: Buffer): void {
    this.bytes += read.length
    if (!this.first) this.first = read
    else if (this.rest) this.rest.push(read)
    else this.rest = [read]
  }

  /** All of it as one, which is then held no more. */
  take(): Buffer {
    const { first, rest, bytes } = this
    const whole = first && !rest?.length ? first : Buffer.concat(first ? [first, ...(rest ?? [])] : [], bytes)
    this.clear()
    return whole
  }

  clear(): void {
    this.first = undefined
    if (this.rest) this.rest.length = 0
    this.bytes = 0
  }
}
