/** How the time from SIGTERM to the end of the process is shared out, in milliseconds. */
interface GraceShares {
  /** What open calls get to end by themselves. */
  readonly callsMs: number
  /** What is left after it, at the least. */
  readonly endMs: number
  /** Of `endMs`: what the last bytes get to reach a reader that takes nothing. */
  readonly lastBytesMs: number
  /** Of `endMs`, at the same time: what the log gets for its last records. */
  readonly flushMs: number
}

/**
 * The end takes a quarter of it, from 1 s to 5 s: whoever sent the signal kills the process when the grace period is over, and with it
 * the last records. A grace period shorter than the end gives calls none.
 */
export function shareGrace(graceMs: number): GraceShares {
  const endMs = Math.min(5_000, Math.max(1_000, graceMs / 4))
  return { callsMs: Math.max(0, graceMs - endMs), endMs, lastBytesMs: Math.min(2_000, endMs / 2), flushMs: endMs * 0.8 }
}
