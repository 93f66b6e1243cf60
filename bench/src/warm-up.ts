import { measure, type Subject } from './measure.ts'

const warmUpSeconds = 2
const mostWarmUps = 10
/** So little may change from one to the next when a server is warm: a JIT is at work for some 50,000 requests. */
const steady = 0.03

/** Loads a server until it does not get faster any more; where streams are paced, for a while. */
export async function warmUp(subject: Subject): Promise<void> {
  const { cell } = subject
  if (cell.mode === 'paced' || cell.mode === 'aborts') {
    await measure({ ...subject, cell: { ...cell, concurrency: 128 } }, warmUpSeconds)
    return
  }
  let before = Number.POSITIVE_INFINITY
  for (let count = 0; count < mostWarmUps; count += 1) {
    const { figures } = await measure({ ...subject, cell: { ...cell, concurrency: 32 } }, warmUpSeconds)
    const now = figures.cpuUs ?? 0
    if (Math.abs(before / now - 1) < steady) return
    before = now
  }
}
