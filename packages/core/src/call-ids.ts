import { randomUUID } from 'node:crypto'

/** Hexadecimal digits of a UUID's last group. */
const counterDigits = 12

/**
 * Makes ids for calls: UUIDs that share a random beginning and count at the end. They are unique and need not be secret; to draw
 * sixteen random bytes for each would cost as much as parsing a request.
 */
export function createCallIds(): () => string {
  const beginning = randomUUID().slice(0, -counterDigits)
  let count = 0
  return () => beginning + (count++).toString(16).padStart(counterDigits, '0')
}
