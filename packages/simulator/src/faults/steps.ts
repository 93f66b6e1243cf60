import { bytesOf, type Script, type Step } from '../script.ts'

/** A frame that is none of the answer's own. */
export function frameOf(bytes: Uint8Array): Step {
  return { kind: 'frame', role: 'content', bytes }
}

/** An answer's steps, parted in two. */
export interface PartedSteps {
  readonly before: readonly Step[]
  readonly after: readonly Step[]
}

/**
 * Parts an answer after its nth content frame; 0 parts it between head and first frame. A stream with fewer content frames is parted
 * before it says that it ended, a body with a known length always before its last byte.
 */
export function afterContent(script: Script, count: number): PartedSteps {
  const isContent = (step: Step) => step.kind === 'frame' && step.role === 'content'
  const available = script.steps.filter(isContent).length - (script.body === 'json' ? 1 : 0)
  const wanted = Math.min(count, available)
  let seen = 0
  let at = script.steps.findIndex(step => step.kind === 'head') + 1
  for (let index = at; seen < wanted; index++) {
    const step = script.steps[index]
    if (step === undefined) break
    if (isContent(step)) seen += 1
    at = index + 1
  }
  return { before: script.steps.slice(0, at), after: script.steps.slice(at) }
}

/** The steps up to and without the byte at this offset of the body. */
export function splitAtByte(steps: readonly Step[], atByte: number): readonly Step[] {
  const kept: Step[] = []
  let left = atByte
  for (const step of steps) {
    if (step.kind === 'end') break
    if (step.kind !== 'frame') {
      kept.push(step)
      continue
    }
    kept.push({ ...step, bytes: step.bytes.subarray(0, left) })
    left -= step.bytes.length
    if (left <= 0) break
  }
  return kept
}

/** Rewrites the text of every frame of a server-sent stream; other answers stay as they are. */
export function mapFrames(script: Script, rewrite: (text: string) => string): Script {
  if (!(script.headers['content-type'] ?? '').startsWith('text/event-stream')) return script
  const steps = script.steps.map(step =>
    step.kind === 'frame' ? { ...step, bytes: bytesOf(rewrite(Buffer.from(step.bytes).toString('utf8'))) } : step,
  )
  return { ...script, steps }
}
