import { isClosed } from './cells.ts'
import { measure, type Subject } from './measure.ts'

const warmUpSeconds = 2
const mostWarmUps = 10
/** So little may change from one to the next when a server is warm: a JIT is at work for some 50,000 requests. */
const steady = 0.03

/** Loads a server until it does not get faster any more. */
export async function warmUp(subject: Subject): Promise<void> {
  if (isClosed(subject.cell.mode)) return loadUntilSteady(subject)
  await unpaced(subject, loadUntilSteady)
  await measure({ ...subject, cell: { ...subject.cell, concurrency: 128 } }, warmUpSeconds)
}

async function loadUntilSteady(subject: Subject): Promise<void> {
  let before = Number.POSITIVE_INFINITY
  for (let count = 0; count < mostWarmUps; count += 1) {
    const { figures } = await measure({ ...subject, cell: { ...subject.cell, concurrency: 32 } }, warmUpSeconds)
    const now = figures.cpuUs ?? 0
    if (Math.abs(before / now - 1) < steady) return
    before = now
  }
}

/** Paced streams come too slowly to warm a server up, some hundred a second. These are the same, in bursts. */
async function unpaced(subject: Subject, use: (subject: Subject) => Promise<unknown>): Promise<void> {
  const { url } = subject.upstream
  await fetch(`${url}/unpaced`)
  try {
    await use({ ...subject, cell: { ...subject.cell, mode: 'burst' } })
  } finally {
    await fetch(`${url}/paced`)
  }
}
