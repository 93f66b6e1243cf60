import {
  type CallLabels,
  type ChecksOf,
  checkValues,
  errorText,
  type KnownBudget,
  listCheck,
  longestTimerMs,
  type MetricsExporter,
  type MetricsSnapshot,
  metricsSince,
  numberCheck,
  oneOfCheck,
} from '@modelgate/core'
import { emfLine } from './emf-line.ts'
import { type EmfMetric, emfMetrics } from './emf-metrics.ts'
import { checkEmf, type EmfOptions, emfChecks, mostDimensionChars } from './emf-options.ts'
import { metricsNamespace } from './gateway-metrics.ts'

/** Under which names and dimensions metrics are told, and where their lines go. */
export interface CloudwatchMetricsOptions extends EmfOptions {
  /**
   * Labels of calls that get a line each, besides the one for all calls: `['provider', 'model']` makes one for each model. CloudWatch charges
   * every combination. Default: none.
   */
  readonly by?: readonly (keyof CallLabels)[] | undefined
  /** Most lines of that kind in one flush; the calls of the rest stand in the line for all. Default 50. */
  readonly maxLines?: number | undefined
  /**
   * Budgets, of a key or a tenant and one period each, that get a line with `BudgetLimitUsd` and `BudgetSpentUsd`: those that are used up
   * the most. CloudWatch charges both of each. Default 0.
   */
  readonly maxBudgets?: number | undefined
  /** Milliseconds between lines, besides those of flushes. Default 60,000; 0: only when the gateway is flushed, as on Lambda. */
  readonly intervalMs?: number | undefined
}

/** Of CallLabels, as CloudWatch's own dimensions are written. */
const dimensionNames: Readonly<Record<keyof CallLabels, string>> = {
  operation: 'Operation',
  route: 'Route',
  model: 'Model',
  provider: 'Provider',
  tier: 'Tier',
  tenant: 'Tenant',
}

/** What only all calls together have. */
const wholeOnly: ReadonlySet<string> = new Set([
  'AuthenticationFailures',
  'RateLimited',
  'Attempts',
  'Failovers',
  'Retries',
  'OpenCalls',
  'OpenBreakers',
])

/**
 * Writes a gateway's metrics in CloudWatch's embedded metric format: `createGateway({ metrics: { exporters: [cloudwatchMetrics()] } })`.
 * One line each time, of what has happened since the last one; none where nothing has.
 * @throws {GatewayError} `invalid_configuration` for an option that is none or makes no sense, and for more dimensions than CloudWatch takes.
 */
export function cloudwatchMetrics(options: CloudwatchMetricsOptions = {}): MetricsExporter {
  checkValues(options, optionChecks(), 'cloudwatchMetrics()')
  const { by = [], maxBudgets = 0, intervalMs = 60_000 } = options
  checkEmf(options, 'cloudwatchMetrics()', Math.max(by.length, maxBudgets > 0 ? budgetDimensions : 0))
  return {
    start(read) {
      const lines = new LineWriter(options, read)
      const timer = intervalMs > 0 ? setInterval(() => lines.tryWrite(), intervalMs).unref() : undefined
      return {
        flush: async ({ final = false } = {}) => {
          if (final) clearInterval(timer)
          lines.write()
        },
      }
    },
  }
}

class LineWriter {
  private readonly options: CloudwatchMetricsOptions
  private readonly read: () => MetricsSnapshot
  private last: MetricsSnapshot

  constructor(options: CloudwatchMetricsOptions, read: () => MetricsSnapshot) {
    this.options = options
    this.read = read
    this.last = read()
  }

  /** Of the timer: nobody would catch what is thrown there, and the process would end. */
  tryWrite(): void {
    try {
      this.write()
    } catch (error) {
      console.error('modelgate', errorText(error))
    }
  }

  write(): void {
    const latest = this.read()
    const since = metricsSince(latest, this.last)
    if (since.calls.length === 0 && Object.keys(since.refusals).length === 0) return
    this.writeLine({}, emfMetrics(since, latest))
    // Not before: what could not be written stands in the next line.
    this.last = latest
    this.writeBudgets(latest)
    for (const [labels, calls] of this.groupsOf(since)) {
      const metrics = emfMetrics({ ...since, calls, attempts: [], refusals: {} })
      this.writeLine(
        labels,
        metrics.filter(({ name }) => !wholeOnly.has(name)),
      )
    }
  }

  private writeBudgets({ budgets = [] }: MetricsSnapshot): void {
    const { maxBudgets = 0 } = this.options
    const fullestFirst = budgets.toSorted((one, other) => usedShare(other) - usedShare(one))
    for (const { of, name, period, limitUsd, spentUsd } of fullestFirst.slice(0, maxBudgets)) {
      this.writeLine({ BudgetOf: of, Budget: dimensionValue(name), Period: period }, [
        { name: 'BudgetLimitUsd', unit: 'None', values: [limitUsd] },
        { name: 'BudgetSpentUsd', unit: 'None', values: [spentUsd] },
      ])
    }
  }

  private groupsOf({ calls }: MetricsSnapshot): (readonly [Record<string, string>, MetricsSnapshot['calls']])[] {
    const { by = [], maxLines = 50 } = this.options
    if (by.length === 0) return []
    const groups = Map.groupBy(calls, series => JSON.stringify(by.map(label => series[label])))
    return [...groups.values()].slice(0, maxLines).map(group => {
      const first = group[0]!
      return [Object.fromEntries(by.map(label => [dimensionNames[label], dimensionValue(first[label])])), group]
    })
  }

  private writeLine(labels: Readonly<Record<string, string>>, metrics: readonly EmfMetric[]): void {
    const { namespace = metricsNamespace, dimensions = { service: 'modelgate' }, now = Date.now } = this.options
    const write = this.options.write ?? (line => void process.stdout.write(`${line}\n`))
    write(JSON.stringify(emfLine({ namespace, dimensions: { ...dimensions, ...labels }, metrics, timestamp: now() })))
  }
}

function usedShare({ limitUsd, spentUsd }: KnownBudget): number {
  return limitUsd > 0 ? spentUsd / limitUsd : 0
}

/** Whose it is, its name, its period. */
const budgetDimensions = 3

/** With others lines would be left unwritten, each time and unseen, or one be written each millisecond. */
function optionChecks(): ChecksOf<CloudwatchMetricsOptions> {
  return {
    ...emfChecks(),
    by: listCheck(oneOfCheck(Object.keys(dimensionNames))),
    maxLines: numberCheck({ min: 0 }),
    maxBudgets: numberCheck({ min: 0 }),
    intervalMs: numberCheck({ min: 0, max: longestTimerMs }),
  }
}

/** A label as a dimension. */
function dimensionValue(label: string): string {
  const text = label.slice(0, mostDimensionChars).replace(/[^ -~]/g, '?')
  return text.trim() === '' ? '?' : text
}
