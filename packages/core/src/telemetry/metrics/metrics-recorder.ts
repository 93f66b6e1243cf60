import { asksForStream } from '../../asks-for-stream.ts'
import type { Call, Outcome } from '../../contract.ts'
import { type ErrorCode, toGatewayError } from '../../errors.ts'
import type { KnownBudget } from '../../limits/budgets/known-budgets.ts'
import type { Provider } from '../../provider.ts'
import type { RouteTable } from '../../router/resolve.ts'
import { targetName } from '../../target.ts'
import { targetsOfRoutes } from '../route-targets.ts'
import type { CallObserver } from '../telemetry.ts'
import { AttemptSeries } from './attempt-series.ts'
import { BoundedNames, noName, otherName, routeOf } from './bounded-names.ts'
import { boundedTargets } from './bounded-targets.ts'
import { BudgetSeries } from './budget-series.ts'
import { addTo, CallSeries } from './call-series.ts'
import { ContextSeries } from './context-series.ts'
import type { MetricsOptions } from './metrics-options.ts'
import type { CallLabels, MetricsSnapshot } from './metrics-snapshot.ts'
import { SeriesTree } from './series-tree.ts'

/** Whose calls are counted, and how. */
export interface Recorded extends MetricsOptions {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
}

/** What a snapshot shows beside what was counted. */
interface ShownNow extends Pick<MetricsSnapshot, 'openCalls' | 'targets' | 'contextSource'> {
  readonly knownBudgets: readonly KnownBudget[]
}

/**
 * Counts what a gateway does, in this process. A call costs a few look-ups and no text: what has been seen before is found by the strings
 * that the call holds anyway.
 */
export class MetricsRecorder implements CallObserver {
  private readonly startedAtMs = Date.now()
  private readonly series: SeriesTree<CallSeries>
  private readonly attempts: AttemptSeries
  private readonly contexts = new ContextSeries()
  private readonly budgets: BudgetSeries
  private readonly refusals = new Map<string, number>()
  private readonly providerNames: Readonly<Record<string, string>>
  private readonly routes: BoundedNames
  private readonly models: BoundedNames
  private readonly tenants: BoundedNames
  private readonly tiers: BoundedNames

  constructor({ providers, routes, maxTenants = 100, maxModels = 100, maxSeries = 1_000 }: Recorded) {
    const targets = targetsOfRoutes(routes, providers)
    this.providerNames = Object.fromEntries(providers.map(({ id, name }) => [id, name]))
    this.series = new SeriesTree(maxSeries)
    this.attempts = new AttemptSeries(targets.map(targetName), maxModels)
    this.routes = new BoundedNames(Object.keys(routes), maxModels)
    this.models = new BoundedNames(
      targets.map(({ model }) => model),
      maxModels,
    )
    this.tenants = new BoundedNames([], maxTenants)
    this.tiers = new BoundedNames([], maxTenants)
    this.budgets = new BudgetSeries(this.tenants, maxTenants)
  }

  settled(call: Call, outcome: Outcome, endedAt: number): void {
    const { attempts, target, addedContext } = call.context
    this.seriesOf(call, outcome).count(call, outcome, endedAt)
    this.attempts.count(attempts, asksForStream(call.request) ? brokenBy(outcome) : undefined)
    if (addedContext) this.contexts.count(addedContext)
    if (target === undefined && outcome.status === 'failed') this.refused(toGatewayError(outcome.error).code)
  }

  /** Counts a request that was turned away, and made no call or reached no target. */
  refused(code: string): void {
    addTo(this.refusals, code)
  }

  snapshot({ knownBudgets, targets, ...now }: ShownNow): MetricsSnapshot {
    const context = this.contexts.snapshot()
    const budgets = this.budgets.snapshot(knownBudgets)
    return {
      startedAtMs: this.startedAtMs,
      takenAtMs: Date.now(),
      calls: this.series.all.map(series => series.snapshot()),
      attempts: this.attempts.snapshot(),
      refusals: Object.fromEntries(this.refusals),
      providerNames: this.providerNames,
      ...(context && { context }),
      ...(budgets && { budgets }),
      targets: boundedTargets(targets, target => this.attempts.names(target)),
      ...now,
    }
  }

  private seriesOf(call: Call, outcome: Outcome): CallSeries {
    const raw = this.rawLabels(call)
    return this.series.find(raw) ?? this.boundedSeries(raw, outcome)
  }

  /** As the call says: nothing is made of it before it is known to be bounded. */
  private rawLabels(call: Call): CallLabels {
    const { principal, target, callerCredentials } = call.context
    // Who is known by credentials of its own alone may have made them up: many of them would leave no room for others' names.
    const isAlone = callerCredentials !== undefined && callerCredentials.owner === principal?.tenant
    return {
      operation: call.operation,
      route: routeOf(call, this.routes),
      model: target?.model ?? noName,
      provider: target?.provider ?? noName,
      tier: principal?.tier ?? noName,
      tenant: isAlone ? otherName : (principal?.tenant ?? noName),
    }
  }

  private boundedSeries(raw: CallLabels, { status }: Outcome): CallSeries {
    const { operation, provider } = raw
    const isServed = status === 'completed'
    const bounded: CallLabels = {
      operation,
      provider,
      route: raw.route === noName ? noName : this.routes.labelOf(raw.route, isServed),
      model: raw.model === noName ? noName : this.models.labelOf(raw.model, isServed),
      tier: raw.tier === noName ? noName : this.tiers.labelOf(raw.tier, true),
      tenant: raw.tenant === noName || raw.tenant === otherName ? raw.tenant : this.tenants.labelOf(raw.tenant, true),
    }
    const rest = { operation, provider, route: otherName, model: otherName, tier: otherName, tenant: otherName }
    return this.series.findOrAdd(bounded, make) ?? this.series.findOrForce(rest, make)
  }
}

function make(labels: CallLabels): CallSeries {
  return new CallSeries(labels)
}

/** Why a stream may end in the middle of its target's answer, other than by the caller or the gateway. */
const breaks: ReadonlySet<ErrorCode> = new Set([
  'stream_interrupted',
  'timeout_idle',
  'timeout_total',
  'upstream_auth_failed',
  'upstream_bad_response',
  'upstream_rate_limited',
  'upstream_unavailable',
])

/** An attempt has answered with its first content: by its own code, a target that ends none of its streams answers all its calls. */
function brokenBy({ status, error }: Outcome): string | undefined {
  if (status !== 'failed') return undefined
  const { code } = toGatewayError(error)
  return breaks.has(code) ? code : undefined
}
