import { GatewayError, type MembersOf, memberFaults } from '@modelgate/core'
import type { ContextBudget, McpContextOptions } from './mcp-context-options.ts'
import type { SourceBreakerOptions } from './source-breaker.ts'

/** Least tokens in which one item may fit: the frame alone takes some hundred. */
const leastTokens = 200
const leastSecret = 16

const members = {
  source: true,
  secret: true,
  when: true,
  query: true,
  select: true,
  budget: true,
  allowedHosts: true,
  timeoutMs: true,
  ttlMs: true,
  maxStaleMs: true,
  maxCacheBytes: true,
  circuitBreaker: true,
  required: true,
  now: true,
  random: true,
} as const satisfies MembersOf<McpContextOptions>

const budgetMembers = {
  maxTokens: true,
  windowShare: true,
  maxItems: true,
} as const satisfies MembersOf<ContextBudget>

const breakerMembers = {
  failureThreshold: true,
  waitDurationInOpenStateMs: true,
  maxWaitDurationInOpenStateMs: true,
} as const satisfies MembersOf<SourceBreakerOptions>

/** @throws {GatewayError} `invalid_configuration`, one line for each fault. */
export function checkContextOptions(given: McpContextOptions): void {
  const options = given ?? {}
  const faults = [
    ...memberFaults(options, members, 'mcpContext()'),
    ...memberFaults(options.budget, budgetMembers, 'mcpContext({ budget })'),
    ...memberFaults(options.circuitBreaker, breakerMembers, 'mcpContext({ circuitBreaker })'),
    ...Array.from(faultsOf(options), fault => `context.${fault}`),
  ]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}

/** @throws {GatewayError} `invalid_configuration` */
export function checkSecret(secret: unknown): string {
  if (typeof secret === 'string' && secret.length >= leastSecret) return secret
  throw new GatewayError('invalid_configuration', `context.${shortSecret}`)
}

const shortSecret = `secret: give at least ${leastSecret} characters that no caller knows, the same on every instance.`

function* faultsOf(options: McpContextOptions): Generator<string> {
  const { source, secret, when, query, select, allowedHosts = [], required } = options
  const budget = options.budget ?? {}
  if (typeof source !== 'function' && !has(source, 'search')) {
    yield 'source: give a ContextSource, or a function (query, { signal, tenant, limit }) => ({ items }).'
  } else if (typeof source !== 'function' && !(has(source, 'describe') && has(source, 'close'))) {
    yield 'source: a ContextSource has describe() and close(), too; give them, or its search alone.'
  }
  if (typeof secret !== 'function' && (typeof secret !== 'string' || secret.length < leastSecret)) yield shortSecret
  if (when !== undefined && typeof when !== 'function') yield 'when: must be a function (query, call) => boolean.'
  for (const [name, value] of Object.entries({ query, select })) {
    if (value !== undefined && typeof value !== 'function') yield `${name}: must be a function.`
  }
  yield* wholeFaults('budget.maxTokens', budget.maxTokens, { least: leastTokens, most: 100_000 })
  yield* wholeFaults('budget.maxItems', budget.maxItems, { least: 1, most: 100 })
  const { windowShare = 0.1 } = budget
  if (!(windowShare > 0 && windowShare <= 1))
    yield `budget.windowShare: must be above 0 and at most 1, got ${windowShare}.`
  if (!Array.isArray(allowedHosts)) yield 'allowedHosts: must be a list of hosts.'
  for (const host of Array.isArray(allowedHosts) ? allowedHosts : []) {
    if (typeof host !== 'string' || !/^[a-z0-9.-]+(:\d+)?$/.test(host))
      yield `allowedHosts: '${String(host)}' is not a host in lower case, such as 'shop.example'.`
  }
  if (required !== undefined && typeof required !== 'boolean') yield 'required: must be true or false.'
  yield* wholeFaults('timeoutMs', options.timeoutMs, { least: 1, most: 60_000 })
  yield* wholeFaults('ttlMs', options.ttlMs, { least: 0, most: 86_400_000 })
  yield* wholeFaults('maxStaleMs', options.maxStaleMs, { least: 0, most: 86_400_000 })
  yield* wholeFaults('maxCacheBytes', options.maxCacheBytes, { least: 1, most: 2 ** 31 })
  for (const [name, value] of Object.entries(options.circuitBreaker ?? {})) {
    yield* wholeFaults(`circuitBreaker.${name}`, value, { least: 1, most: 86_400_000 })
  }
}

function has(source: unknown, method: string): boolean {
  return typeof source === 'object' && source !== null && typeof Reflect.get(source, method) === 'function'
}

function* wholeFaults(
  name: string,
  value: unknown,
  { least, most }: { readonly least: number; readonly most: number },
): Generator<string> {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)) return
  yield `${name}: must be a whole number from ${least} to ${most}, got ${typeof value === 'number' ? value : typeof value}.`
}
