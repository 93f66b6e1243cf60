import { isClosed } from './asked.ts'
import { measure, type Subject } from './measure.ts'

/** V8's compiler is at work for some 200,000 requests. No rule ends it earlier: of a server that gets faster by a third, two seconds in a row are alike by chance. */
const warmUpSeconds = 10
/** Of streams at their own pace, after that. */
const pacedSeconds = 2
/** Before each turn. */
const wakeSeconds = 2

/** Loads a server until it does not get faster any more. */
export async function warmUp(subject: Subject): Promise<void> {
  await load(subject, warmUpSeconds)
  if (!isClosed(subject.cell.mode)) await measure(withConcurrency(subject, 128), pacedSeconds)
}

/** While others had their turns V8 has thrown a part of a server's code and memory away: one that serves has them. */
export function wake(subject: Subject): Promise<void> {
  return load(subject, wakeSeconds)
}

/** Paced streams come too slowly to keep a server warm, some hundred a second. These are the same, in bursts. */
async function load(subject: Subject, seconds: number): Promise<void> {
  if (isClosed(subject.cell.mode)) return void (await measure(withConcurrency(subject, 32), seconds))
  const { url } = subject.upstream
  await fetch(`${url}/unpaced`)
  try {
    const burst: Subject = { ...subject, cell: { ...subject.cell, mode: 'burst' } }
    await measure(withConcurrency(burst, 32), seconds)
  } finally {
    await fetch(`${url}/paced`)
  }
}

function withConcurrency(subject: Subject, concurrency: number): Subject {
  return { ...subject, cell: { ...subject.cell, concurrency } }
}
