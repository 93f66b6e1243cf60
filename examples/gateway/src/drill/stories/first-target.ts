import type { Fault } from '@modelgate/simulator'
import { type Failing, firstFailureFaults } from '../expect-sight.ts'
import type { Victim } from '../scene.ts'
import { canStream, type Story } from '../story.ts'

interface FirstFailure extends Failing {
  readonly id: string
  readonly title: string
  readonly stream?: boolean
  readonly waits?: boolean
  readonly fault: (victim: Victim) => Fault
}

const unavailable = { statuses: [500, 502, 503, 504], shouldRetry: true }

const failures: readonly FirstFailure[] = [
  {
    id: 'first-500',
    title: 'the first target answers 500',
    fault: () => ({ kind: 'status', status: 500 }),
    error: unavailable,
    retries: true,
  },
  {
    id: 'first-html',
    title: 'the first target answers 500 with an HTML page',
    fault: () => ({ kind: 'html', status: 500 }),
    error: unavailable,
    retries: true,
  },
  {
    id: 'first-reset',
    title: 'the first target resets the connection before a head',
    fault: () => ({ kind: 'reset-before-head' }),
    error: unavailable,
    retries: true,
  },
  {
    id: 'first-slow',
    title: 'the first target opens a stream and sends no content',
    stream: true,
    waits: true,
    fault: () => ({ kind: 'slow-first-content', ms: 60_000 }),
    error: { statuses: [504], codes: ['timeout_first_frame', 'timeout_total'], shouldRetry: true },
    // It would be slow again, and the first try may still be paid for.
    retries: false,
  },
  {
    id: 'first-exception',
    title: 'the first target fails inside a 200 stream, before content',
    stream: true,
    fault: ({ dialect }) => ({
      kind: 'exception',
      exceptionType: dialect === 'bedrock' ? 'internalServerException' : 'server_error',
    }),
    error: unavailable,
    retries: true,
  },
]

/** One target fails before anything has reached the client: another answers, or the same one asked again, or its true status does. */
export const firstTargetStories: readonly Story[] = failures.map(failure => {
  const { id, title, waits, stream = false } = failure
  return {
    id,
    title,
    waits,
    suits: stream ? canStream : () => true,
    async play(scene) {
      const victim = await scene.victim(stream)
      const isAlone = scene.promise.targets.length < 2
      const times = isAlone && scene.promise.noRetry === undefined && failure.retries ? 1 : undefined
      const asked = await scene.strike(victim, failure.fault(victim), { stream, times })
      return { shown: asked, ...firstFailureFaults(scene, { asked, victim, stream }, failure) }
    },
  }
})
