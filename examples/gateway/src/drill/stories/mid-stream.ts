import type { RequestRecord } from '@modelgate/core'
import type { Fault } from '@modelgate/simulator'
import { inBandFaults, wholeFaults } from '../expect-sight.ts'
import { estimateFaults } from '../money.ts'
import { countOf, type Scene } from '../scene.ts'
import { canStream, type Story } from '../story.ts'

interface Break {
  readonly id: string
  readonly title: string
  readonly waits?: boolean
  readonly fault: Fault
}

const breaks: readonly Break[] = [
  {
    id: 'cut-mid-stream',
    title: 'the upstream resets the connection after content',
    fault: { kind: 'reset', afterFrames: 2 },
  },
  {
    id: 'clean-end',
    title: 'the upstream ends a stream cleanly and says no finish_reason',
    fault: { kind: 'end-without-terminal' },
  },
  {
    id: 'noise-mid-stream',
    title: 'random bytes come in the middle of a stream',
    fault: { kind: 'garbage', afterFrames: 2 },
  },
  {
    id: 'stalled-mid-stream',
    title: 'the upstream falls silent after content',
    waits: true,
    fault: { kind: 'stall', afterFrames: 2 },
  },
]

const broken = breaks.map(
  ({ id, title, waits, fault }): Story => ({
    id,
    title,
    waits,
    suits: canStream,
    async play(scene) {
      const victim = await scene.victim(true)
      const shown = await scene.strike(victim, fault, { stream: true })
      if (countOf(shown, victim) === 0)
        return { shown, broken: wholeFaults(shown), means: `${victim.name} was not asked again: not tested` }
      return { shown, broken: inBandFaults(shown) }
    },
  }),
)

const leaves: Story = {
  id: 'client-leaves',
  title: 'the client leaves in the middle of a stream',
  suits: canStream,
  async play(scene) {
    const victim = await scene.victim(true)
    const shown = await scene.strike(victim, { kind: 'stall', afterFrames: 2 }, { stream: true, leaves: true })
    const call = shown.calls.find(({ target }) => target === victim.name)
    if (!call) return { shown, broken: [], means: `${victim.name} was not asked again: not tested` }
    await scene.closed()
    const saw = 'left after content'
    const calls = shown.calls.length === 1 ? [] : [`${shown.calls.length} upstream calls for a client that has left`]
    // While its upstream is open the call has not ended, and the log cannot have it.
    if (call.record.outcome === 'open') return { shown, saw, broken: calls, waitedForClose: true }
    const record = await recordOf(scene, shown.sight.headers.get('x-request-id'))
    const faults = record ? [...leftFaults(record, scene, victim.name)] : ['the request log has no record of it']
    return { shown, saw, broken: [...calls, ...faults], usd: record?.cost }
  },
}

function* leftFaults({ status, cost, usageSource }: RequestRecord, scene: Scene, target: string): Generator<string> {
  if (status !== 'cancelled') yield `the request log calls it ${status}, not cancelled`
  yield* estimateFaults(cost, usageSource, scene.prices(target, undefined))
}

/** A call settles when its upstream has closed, which is a little after its client has gone. */
async function recordOf(scene: Scene, requestId: string | null): Promise<RequestRecord | undefined> {
  const find = (): RequestRecord | undefined => scene.records().find(each => each.requestId === requestId)
  await scene.until(() => find() !== undefined)
  return find()
}

/** Failures after content has reached the client: there is no second try, and nothing may look whole. */
export const midStreamStories: readonly Story[] = [...broken, leaves]
