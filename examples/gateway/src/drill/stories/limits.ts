import type { RateLimit } from '@modelgate/core'
import { type DrilledKey, mostRequests, requestQuota } from '../drilled-keys.ts'
import { errorFaults } from '../expect-sight.ts'
import type { Scene } from '../scene.ts'
import { describeSight, kindOf } from '../sight.ts'
import { isChat, type Story } from '../story.ts'
import type { Asked } from '../truth.ts'

/** A story about a key's limit, and the limits of the key that it is told with. */
export interface LimitStory extends Story {
  readonly limits: RateLimit
}

const refusals = { statuses: [429], codes: ['rate_limited'], shouldRetry: true }
/** A call cannot be said to be refused by its tokens where not one call fits. */
const fewestTokens = 2_000
const mostAtOnce = 100
const neverMs = 600_000

/** The stories of a key's limits; none where it has none that a drill can come to. */
export function limitStories(key: DrilledKey): readonly LimitStory[] {
  const requests = requestQuota(key.limits)
  const tokens = key.limits.tokensPerMinute
  return [
    ...(requests === undefined ? [] : [requestStory(key, requests)]),
    ...(tokens === undefined || tokens < fewestTokens ? [] : [tokenStory(key, tokens)]),
  ]
}

function requestStory({ label }: DrilledKey, quota: number): LimitStory {
  const drilled = Math.min(quota, mostRequests)
  const means = `key '${label}': ${quota} requests${drilled < quota ? `, drilled as ${drilled}` : ''}`
  return {
    id: 'rate-limit',
    title: `a key like '${label}' makes more requests than it may`,
    limits: { requestsPerMinute: drilled, requestsPerHour: undefined, tokensPerMinute: undefined },
    suits: () => true,
    async play(scene) {
      const asked: Asked[] = []
      for (let n = 0; n < drilled + 2; n += 1) asked.push(await scene.ask())
      const broken = admissionFaults(scene, asked)
      const whole = asked.filter(({ sight }) => kindOf(sight) === 'whole').length
      if (whole !== drilled) broken.push(`${whole} calls were let in, the limit is ${drilled}`)
      return { ...shownOf(asked, `${whole} whole`), broken, means }
    },
  }
}

function tokenStory({ label, maxTokens }: DrilledKey, quota: number): LimitStory {
  const cap = Math.min(maxTokens ?? 4_096, 4_096, Math.floor(quota / 4))
  const drilled = Math.min(quota, cap * (mostAtOnce - 4))
  const means = `key '${label}': ${quota} tokens${drilled < quota ? `, drilled as ${drilled}` : ''}`
  return {
    id: 'token-limit',
    atOnce: true,
    title: `a key like '${label}' asks for more tokens at once than it may`,
    limits: { tokensPerMinute: drilled, requestsPerMinute: undefined, requestsPerHour: undefined },
    suits: isChat,
    async play(scene) {
      // No answer comes, so that nothing is given back of what was reserved for it.
      scene.upstreams.failAll({ kind: 'delay', ms: neverMs })
      const count = Math.floor(drilled / cap) + 3
      const decided = new AbortController()
      let answered = 0
      const asking = Array.from({ length: count }, async () => {
        const asked = await scene.ask({ maxTokens: cap, signal: decided.signal })
        answered += 1
        return asked
      })
      await scene.until(() => answered + scene.upstreams.calls().length >= count)
      const letIn = scene.upstreams.calls().length
      decided.abort()
      const refused = (await Promise.all(asking)).filter(({ left }) => !left)
      const broken = refused.flatMap(each => errorFaults(each, refusals, scene.promise.commitAfterMs))
      if (letIn === 0) broken.push('no call was let in')
      if (letIn * cap > drilled)
        broken.push(`${letIn} calls of up to ${cap} tokens were let in at once, the limit is ${drilled} a minute`)
      return { ...shownOf(scene.asked, `${letIn} let in`), broken: [...new Set(broken)], means }
    },
  }
}

/** Refused calls cost nothing upstream; the others are answered in full. */
function admissionFaults({ promise }: Scene, asked: readonly Asked[]): string[] {
  const faults = asked.flatMap(each => {
    if (kindOf(each.sight) === 'whole') return []
    const upstream = each.calls.length > 0 ? ['a refused call reached an upstream'] : []
    return [...errorFaults(each, refusals, promise.commitAfterMs), ...upstream]
  })
  return [...new Set(faults)]
}

function shownOf(asked: readonly Asked[], first: string) {
  const refused = asked.findLast(({ sight }) => kindOf(sight) === 'error status')
  const shown = refused ?? asked.at(-1)
  if (!shown) throw new Error('A limit was drilled without a call.')
  const saw = refused ? `${first}, then ${describeSight(refused.sight)}` : first
  return { shown, countsAll: true, saw }
}
