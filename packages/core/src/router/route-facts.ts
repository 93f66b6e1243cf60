import { hash } from 'node:crypto'
import { asksForStream } from '../asks-for-stream.ts'
import type { Call } from '../contract.ts'
import { rulesOf } from './reachable-names.ts'
import type { RouteTable } from './resolve.ts'
import type { Condition } from './route-rule.ts'

/** What of a call's route and caller decides who answers it, beside the request itself: plain JSON. */
type RouteFacts = (call: Call) => readonly unknown[]

/** What conditions ask of a caller; what they ask of the request, the request says. */
interface Asked {
  tier: boolean
  userId: boolean
  stream: boolean
  readonly tags: Set<string>
}

/**
 * Facts by which calls are told apart whose answers may differ though their requests are the same: how the route is made, so that
 * another configuration's answers are not taken for this one's, and what its conditions ask of the caller.
 */
export function routeFactsOf(routes: RouteTable): RouteFacts {
  const made = new Map(Object.keys(routes).map(name => [name, factsOf(name, routes)]))
  return call => made.get(call.request.model)?.(call) ?? ['model', call.context.origin]
}

function factsOf(name: string, routes: RouteTable): RouteFacts {
  const led = ledTo(name, routes)
  const made = hash('sha256', JSON.stringify([...led].map(each => [each, routes[each]])), 'hex')
  const asked = askedOf([...led].map(each => routes[each]))
  if (!asked) return () => ['route', made]
  return ({ context: { principal, tags }, request }) => [
    'route',
    made,
    asked.tier ? (principal?.tier ?? null) : null,
    asked.userId ? (principal?.userId ?? null) : null,
    asked.stream && asksForStream(request),
    [...asked.tags].map(tag => (Object.hasOwn(tags, tag) ? tags[tag] : null)),
  ]
}

/** A route and all that its conditions lead to. */
function ledTo(name: string, routes: RouteTable): ReadonlySet<string> {
  const names = new Set([name])
  // What is added meanwhile is walked, too.
  for (const each of names) {
    for (const { use } of rulesOf(routes[each])) if (typeof use === 'string') names.add(use)
  }
  return names
}

function askedOf(routes: readonly RouteTable[string][]): Asked | undefined {
  const conditions: Condition[] = routes.flatMap(route => rulesOf(route).map(rule => rule.if))
  if (conditions.length === 0) return undefined
  const asks = (member: keyof Condition): boolean => conditions.some(condition => condition[member] !== undefined)
  const tags = new Set(conditions.flatMap(condition => Object.keys(condition.tags ?? {})))
  return { tier: asks('tier'), userId: asks('userId'), stream: asks('stream'), tags }
}
