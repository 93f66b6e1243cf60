import { errorFaults, wholeFaults } from '../expect-sight.ts'
import type { DrilledTarget } from '../route-promise.ts'
import { countOf, type Victim } from '../scene.ts'
import { isChat, type Story } from '../story.ts'

const notRetried: Story = {
  id: 'bad-request',
  title: 'the request itself is refused with 400',
  suits: () => true,
  async play(scene) {
    const victim = await scene.victim()
    const shown = await scene.strike(victim, { kind: 'status', status: 400 }, {})
    if (countOf(shown, victim) === 0)
      return { shown, broken: [], means: `${victim.name} was not asked again: not tested` }
    const broken = [...errorFaults(shown, { statuses: [400], shouldRetry: false }, scene.promise.commitAfterMs)]
    if (shown.calls.length !== 1)
      broken.push(`${shown.calls.length} upstream calls for a request that fails everywhere`)
    return { shown, broken }
  },
}

const tooLong: Story = {
  id: 'context-too-long',
  title: "the prompt is too long for the first target's window",
  suits: isChat,
  async play(scene) {
    const { promise } = scene
    const victim = await scene.victim()
    const message =
      victim.dialect === 'bedrock'
        ? 'Input is too long for requested model.'
        : "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
    const shown = await scene.strike(victim, { kind: 'status', status: 400, message }, {})
    if (countOf(shown, victim) === 0)
      return { shown, broken: [], means: `${victim.name} was not asked again: not tested` }
    const larger =
      promise.maxAttempts > 1 ? promise.targets.filter(target => isLarger(target, victim, promise.targets)) : []
    if (larger.length === 0) {
      const error = { statuses: [400], codes: ['context_length_exceeded'], shouldRetry: false }
      const others = shown.calls.length === 1 ? [] : [`${shown.calls.length} upstream calls, and no window is larger`]
      const broken = [...errorFaults(shown, error, promise.commitAfterMs), ...others]
      return { shown, broken, means: 'client sees 400: no target with a larger window' }
    }
    const strays = shown.calls.filter(
      ({ target }) => target !== victim.name && !larger.some(({ name }) => name === target),
    )
    const broken = [
      ...wholeFaults(shown),
      ...strays.map(({ target }) => `${target} was asked, whose window is no larger`),
    ]
    return { shown, broken }
  },
}

/** The same model elsewhere has the same window; one that nobody knows may be larger. */
function isLarger(target: DrilledTarget, { name }: Victim, targets: readonly DrilledTarget[]): boolean {
  const failed = targets.find(each => each.name === name)
  if (!failed || failed === target || failed.model === target.model) return false
  if (failed.contextTokens === undefined) return true
  return (target.contextTokens ?? Number.POSITIVE_INFINITY) > failed.contextTokens
}

/** Requests that fail of themselves: the same everywhere, so that they cost one upstream call. */
export const ownFaultStories: readonly Story[] = [tooLong, notRetried]
