import type { Provider } from '../provider.ts'
import { isMembers } from '../wire/is-object.ts'
import {
  anything,
  either,
  flag,
  listOf,
  members,
  number,
  oneOf,
  required,
  tableOf,
  text,
  type ValueCheck,
  valueFaults,
  whole,
} from '../wire/value-check.ts'
import { type RouteTable, targetNamed } from './resolve.ts'
import { strategyNames } from './strategies/strategy-of.ts'

type Members = Readonly<Record<string, unknown>>

/** What is wrong with routes: their shape, targets of nobody here, conditions that lead nowhere or in a circle. */
export function* routeFaults(routes: RouteTable, providers: readonly Provider[]): Generator<string> {
  for (const [name, route] of Object.entries<unknown>(routes)) {
    const targets = isMembers(route) ? route.targets : (route ?? [])
    yield* targetFaults(`routes.${name}`, targets, providers)
    if (!isMembers(route)) continue
    yield* valueFaults(members({ routes: tableOf(detailsCheck()) }), { routes: { [name]: route } }, 'the configuration')
    yield* ruleFaults(name, { route, routes, providers })
  }
  yield* wayFaults(routes)
}

function* targetFaults(where: string, targets: unknown, providers: readonly Provider[]): Generator<string> {
  const known = providers.map(({ id }) => id).join(', ')
  if (!Array.isArray(targets)) {
    yield `${where}: give a list of targets, as ['<provider id>/<model id>'].`
    return
  }
  if (targets.length === 0) yield `${where}: give at least one target, as '<provider id>/<model id>'.`
  const seen = new Set<string>()
  for (const [index, given] of targets.entries()) {
    const target: unknown = isMembers(given) ? given.target : given
    if (typeof target !== 'string' || !targetNamed(target, providers)) {
      const found = typeof target === 'string' || typeof target === 'number' ? target : typeof target
      yield `${where}[${index}]: '${found}' is not '<provider id>/<model id>' of a provider here (${known}).`
    } else if (seen.has(target)) {
      // It would be asked again at once, beyond the budget of retries.
      yield `${where}[${index}]: '${target}' is given twice; give it once, \`retry\` asks it again.`
    } else seen.add(target)
    if (!isMembers(given)) continue
    yield* valueFaults(placedCheck(), given, 'it').map(message => `${where}[${index}]: ${message}`)
  }
}

interface RuleScope {
  readonly route: Members
  readonly routes: RouteTable
  readonly providers: readonly Provider[]
}

function* ruleFaults(name: string, { route, routes, providers }: RuleScope): Generator<string> {
  for (const [index, rule] of rulesOf(route).entries()) {
    const where = `routes.${name}.when[${index}]`
    const { if: condition, use } = rule
    if (isMembers(condition) && Object.values(condition).every(asksNothing)) {
      yield `${where}.if: give at least one condition, such as { tier: 'free' }; without one it holds on every call.`
    }
    if (typeof use !== 'string') yield* targetFaults(`${where}.use`, use, providers)
    else if (!Object.hasOwn(routes, use)) {
      yield `${where}.use: '${use}' is not a route here; use one of ${Object.keys(routes).join(', ')}, or a list of targets.`
    }
  }
}

/** So often a call may be led on. Nobody follows more, and each step is one on the stack of who does. */
const mostSteps = 100

/** One line for each route that leads back to itself; where none does, one for the first that leads on for too long. */
function* wayFaults(routes: RouteTable): Generator<string> {
  const names = Object.keys(routes)
  const steps = longestWays(routes)
  const endless = names.filter(name => !steps.has(name))
  for (const name of endless) {
    const way = wayBack(name, routes)
    if (way)
      yield `routes.${name}.when: it leads back to itself, by ${way.join(' → ')}; let one of them end in targets.`
  }
  const long = endless.length > 0 ? undefined : names.find(name => (steps.get(name) ?? 0) > mostSteps)
  if (long === undefined) return
  yield `routes.${long}.when: it leads on from route to route more than ${mostSteps} times; let one of them end in targets.`
}

/** How often a call of each route may be led on; of one that leads into a circle, and so for ever, nothing. */
function longestWays(routes: RouteTable): ReadonlyMap<string, number> {
  const steps = Object.entries(routes).flatMap(([from, route]) => stepsFrom(from, route, routes))
  const into = Map.groupBy(steps, ({ to }) => to)
  const open = new Map<string, number>()
  for (const { from } of steps) open.set(from, (open.get(from) ?? 0) + 1)
  const longest = new Map(Object.keys(routes).flatMap(name => (open.has(name) ? [] : [[name, 0]])))
  // What is added meanwhile is walked, too: a route once all that it leads to are known, by the last of them, which is the farthest.
  for (const [name, ways] of longest) {
    for (const { from } of into.get(name) ?? []) {
      const left = (open.get(from) ?? 0) - 1
      open.set(from, left)
      if (left === 0) longest.set(from, ways + 1)
    }
  }
  return longest
}

interface Step {
  readonly from: string
  readonly to: string
}

function stepsFrom(from: string, route: unknown, routes: RouteTable): readonly Step[] {
  return rulesOf(route).flatMap(({ use }) =>
    typeof use === 'string' && Object.hasOwn(routes, use) ? [{ from, to: use }] : [],
  )
}

/** Each route is looked at once: the ways through many rules are more than anybody can walk. */
function wayBack(home: string, routes: RouteTable): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[home, undefined]])
  // What is added meanwhile is walked, too.
  for (const name of cameFrom.keys()) {
    for (const { use } of rulesOf(routes[name])) {
      if (use === home) return [...wayTo(name, cameFrom), home]
      if (typeof use === 'string' && Object.hasOwn(routes, use) && !cameFrom.has(use)) cameFrom.set(use, name)
    }
  }
  return undefined
}

function wayTo(name: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = []
  for (let at: string | undefined = name; at !== undefined; at = cameFrom.get(at)) way.unshift(at)
  return way
}

function rulesOf(route: unknown): readonly Members[] {
  const rules: unknown = isMembers(route) ? route.when : undefined
  return Array.isArray(rules) ? rules.filter(isMembers) : []
}

function asksNothing(value: unknown): boolean {
  return value === undefined || (isMembers(value) && Object.values(value).every(member => member === undefined))
}

function placedCheck(): ValueCheck {
  // Its target is looked at above, with better words.
  return members({ target: anything(), weight: number({ min: 0 }), priority: whole() })
}

/** But for targets, which {@link targetFaults} looks at, and what other parts of the gateway check. */
function detailsCheck(): ValueCheck {
  return members({
    targets: anything(),
    strategy: oneOf(strategyNames),
    stickyBy: oneOf(['prompt_cache_key', 'user', 'userId', 'tenant']),
    when: listOf(members({ if: required(conditionCheck()), use: anything() })),
    timeouts: anything(),
    cache: anything(),
    defaultMaxTokens: anything(),
  })
}

function conditionCheck(): ValueCheck {
  const texts = either(text(), listOf(text(), 1))
  const bound = number()
  return members({
    tier: texts,
    tenant: texts,
    userId: texts,
    tags: tableOf(texts),
    promptTokens: members({ gt: bound, gte: bound, lt: bound, lte: bound }),
    tools: flag(),
    images: flag(),
    stream: flag(),
  })
}
