import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { Chunking, Script, Step } from '../script.ts'
import { piecesOf } from './pieces.ts'
import type { Wire } from './wire.ts'

/** How a script is performed. */
export interface Pace {
  readonly chunking: Chunking
  readonly frameDelayMs: number
  readonly random: Random
}

/** How the performance ended. */
export type Ending = 'sent' | 'cut' | 'closed-by-client'

/** Performs a script on a wire, up to its end or until the client goes away. */
export async function play(script: Script, wire: Wire, pace: Pace): Promise<Ending> {
  const stage = { script, wire, pace: { ...pace, chunking: script.chunking ?? pace.chunking } }
  let ending: Ending = 'closed-by-client'
  for (const [index, step] of script.steps.entries()) {
    if (wire.closed.aborted) break
    await perform(step, script.steps[index + 1], stage)
    if (wire.closed.aborted) break
    if (step.kind === 'end') ending = 'sent'
    if (step.kind === 'cut' || step.kind === 'reset') ending = 'cut'
  }
  return ending
}

interface Stage {
  readonly script: Script
  readonly wire: Wire
  readonly pace: Pace
}

async function perform(step: Step, next: Step | undefined, { script, wire, pace }: Stage): Promise<void> {
  switch (step.kind) {
    case 'head':
      return wire.head(script.status, script.headers, step.overMs)
    case 'wait':
      return pause(step.ms, wire.closed)
    case 'frame':
      await writePieces(step.bytes, wire, { pace, ends: next?.kind === 'end' })
      if (script.body === 'stream' && pace.frameDelayMs > 0) await pause(pace.frameDelayMs, wire.closed)
      return
    case 'repeat':
      for (let round = 0; round < step.times && !wire.closed.aborted; round++) await wire.write(step.bytes)
      return
    case 'stall':
      return new Promise(resolve => wire.closed.addEventListener('abort', () => resolve(), { once: true }))
    case 'end':
      // The last frame, if there was one, has ended the answer already; this is for those that have none.
      return wire.end(NOTHING)
    case 'cut':
      return wire.cut()
    case 'reset':
      return wire.reset()
  }
}

const NOTHING = new Uint8Array()
/** Between the bytes of one character. */
const APART_MS = 2

async function writePieces(
  bytes: Uint8Array,
  wire: Wire,
  how: { readonly pace: Pace; readonly ends: boolean },
): Promise<void> {
  const { chunking, random } = how.pace
  const pieces = piecesOf(bytes, chunking, random)
  for (const [index, piece] of pieces.entries()) {
    if (wire.closed.aborted) return
    if (how.ends && index === pieces.length - 1) return wire.end(piece)
    await wire.write(piece)
    // Without a turn of the loop the kernel would join the pieces again, and on a busy machine in spite of one.
    if (chunking === 'inside-characters') await pause(APART_MS, wire.closed)
    else if (chunking !== 'whole') await nextTurn()
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
