/** A value and the bytes it came as. `bytes` is there only while nothing has changed the value; `value` is parsed on first access. */
export interface Payload<T> {
  readonly value: T
  readonly bytes?: Uint8Array | undefined
  /** The same as `bytes`, where those are short, ASCII alone, and somebody has read them already. */
  readonly text?: string | undefined
}
