import { errorFaults, firstFailureFaults, wholeFaults } from '../expect-sight.ts'
import { whyNoSecond } from '../route-promise.ts'
import { countOf, type Scene, type Victim } from '../scene.ts'
import type { Played, Story } from '../story.ts'
import type { Asked } from '../truth.ts'

const laterCalls = 3
const mostFailures = 50

/**
 * A target that has asked to be left alone, or refused the gateway, is passed over by the calls that follow. One that was not asked, as where
 * another has been quicker meanwhile, has said neither.
 */
async function laterFaults(scene: Scene, asked: Asked, victim: Victim): Promise<readonly string[]> {
  if (countOf(asked, victim) === 0) return []
  const later: Asked[] = []
  for (let n = 0; n < laterCalls; n += 1) later.push(await scene.ask())
  const times = later.reduce((sum, each) => sum + countOf(each, victim), 0)
  const again = times === 0 ? [] : [`${victim.name} was asked ${times} times more by the next ${laterCalls} calls`]
  return [...later.flatMap(wholeFaults), ...again]
}

const throttled: Story = {
  id: 'first-throttled',
  title: 'the first target answers 429 with Retry-After',
  suits: () => true,
  async play(scene) {
    const { promise } = scene
    const victim = await scene.victim()
    // More than a call waits for, so that nobody sits through it.
    const seconds = Math.ceil(promise.maxRetryDelayMs / 1_000) + 5
    const fault = { kind: 'status', status: 429, headers: { 'retry-after': String(seconds) } } as const
    const asked = await scene.strike(victim, fault, {})
    const error = { statuses: [429], codes: ['upstream_rate_limited'], shouldRetry: true }
    const { broken, means } = firstFailureFaults(scene, { asked, victim, stream: false }, { error, retries: false })
    if (whyNoSecond(promise, false) === undefined)
      return { shown: asked, broken: [...broken, ...(await laterFaults(scene, asked, victim))], means }
    const told = Number(asked.sight.headers.get('retry-after'))
    const untrue = told > seconds ? [`Retry-After ${told}, the target said ${seconds}`] : []
    return { shown: asked, broken: [...broken, ...untrue], means }
  },
}

const refused: Story = {
  id: 'own-credentials',
  title: "the first target refuses the gateway's own credentials",
  suits: () => true,
  async play(scene) {
    const victim = await scene.victim()
    const fault = { kind: 'status', status: victim.dialect === 'bedrock' ? 403 : 401 } as const
    const asked = await scene.strike(victim, fault, {})
    const error = { statuses: [502], codes: ['upstream_auth_failed'], shouldRetry: false }
    const { broken, means } = firstFailureFaults(scene, { asked, victim, stream: false }, { error, retries: false })
    const later = whyNoSecond(scene.promise, false) === undefined ? await laterFaults(scene, asked, victim) : []
    return { shown: asked, broken: [...broken, ...later], means }
  },
}

const breaker: Story = {
  id: 'breaker',
  title: 'the first target is dead for good: its circuit breaker opens',
  suits: () => true,
  async play(scene) {
    const { promise, upstreams } = scene
    const victim = await scene.victim()
    const threshold = promise.failureThreshold
    upstreams.fail(victim.name, { kind: 'status', status: 500 })
    const dying: Asked[] = []
    const touched = (): number => dying.reduce((sum, asked) => sum + countOf(asked, victim), 0)
    const wanted = Math.min(threshold ?? 5, mostFailures)
    for (let n = 0; n < 4 * wanted && touched() < wanted; n += 1) dying.push(await scene.ask())
    const before = touched()
    const after: Asked[] = []
    for (let n = 0; n < laterCalls; n += 1) after.push(await scene.ask())
    const more = after.reduce((sum, asked) => sum + countOf(asked, victim), 0)
    const shown = after.at(-1) ?? (await scene.ask())
    const counted = [...dying, ...after]
    if (threshold === undefined || threshold > mostFailures) {
      const off = threshold === undefined ? 'breaker is off' : `breaker opens after ${threshold} failures`
      return {
        shown,
        countsAll: true,
        broken: seenWhileDead(scene, counted),
        means: `${off}: the dead target is asked on`,
      }
    }
    const broken = [...seenWhileDead(scene, counted)]
    if (before + more > threshold)
      broken.push(`${victim.name} was asked ${before + more} times; its breaker opens after ${threshold} failures`)
    return { shown, countsAll: true, broken, means: meaningOf(scene, before) }
  },
}

function meaningOf(scene: Scene, failures: number): string | undefined {
  const { promise } = scene
  const alone = whyNoSecond(promise, false)
  if (alone !== undefined) return `${alone}: client sees the breaker's 503`
  return failures < (promise.failureThreshold ?? 0)
    ? `asked ${failures} times only: its failure rate opened the breaker, or the route prefers others`
    : undefined
}

function seenWhileDead({ promise }: Scene, counted: readonly Asked[]): readonly string[] {
  if (whyNoSecond(promise, false) === undefined) return [...new Set(counted.flatMap(wholeFaults))]
  const error = { statuses: [500, 502, 503, 504], shouldRetry: true }
  return [...new Set(counted.flatMap(asked => errorFaults(asked, error, promise.commitAfterMs)))]
}

const dead = (stream: boolean): Story['play'] =>
  async function play(scene): Promise<Played> {
    const { promise, upstreams } = scene
    upstreams.failAll({ kind: 'status', status: 500 })
    const shown = await scene.ask({ stream })
    const error = { statuses: [500, 502, 503, 504], shouldRetry: true }
    const broken = [...errorFaults(shown, error, promise.commitAfterMs)]
    const able = stream ? promise.targets.filter(({ streams }) => streams) : promise.targets
    const tried = new Set(shown.calls.map(({ target }) => target)).size
    const due = Math.min(able.length, promise.maxAttempts)
    if (tried < due) broken.push(`${tried} of ${due} targets were tried`)
    return { shown, broken }
  }

/** Targets that fail for longer than one call. */
export const leftAloneStories: readonly Story[] = [
  throttled,
  refused,
  breaker,
  { id: 'all-dead', title: 'every target answers 500', suits: () => true, play: dead(false) },
  {
    id: 'all-dead-stream',
    title: 'every target answers 500, a stream was asked for',
    suits: promise => promise.operation === 'chat',
    play: dead(true),
  },
]
