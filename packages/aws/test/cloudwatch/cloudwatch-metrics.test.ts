import { Metrics } from '@aws-lambda-powertools/metrics'
import { type BudgetsOptions, createGateway, type Gateway } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  authorizerMetrics,
  type CloudwatchMetricsOptions,
  cloudwatchMetrics,
  gatewayMetrics,
} from '../../src/cloudwatch/index.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: 1_790_000_000_000 }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

interface Line {
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[]
    }[]
  }
  readonly [name: string]: unknown
}

function measured(options: CloudwatchMetricsOptions = {}, budgets: BudgetsOptions = {}) {
  const lines: string[] = []
  const gateway = createGateway({
    providers: [scriptedProvider('us', ['hi']), scriptedProvider('eu', ['hi'])],
    routes: { fast: ['us/nova'], slow: ['eu/lite'], kept: { targets: ['us/nova'], cache: true } },
    auth: () => undefined,
    budgets,
    metrics: { exporters: [cloudwatchMetrics({ write: line => lines.push(line), ...options })] },
  })
  return { gateway, lines, parsed: () => lines.map(line => JSON.parse(line) as Line) }
}

const messages = [{ role: 'user' as const, content: 'hi' }]
const call = (gateway: Gateway, model = 'fast', tenant = 'acme'): Promise<unknown> =>
  gateway.chat({ model, messages }, { principal: { tenant } })
const wait = (): Promise<unknown> => vi.advanceTimersByTimeAsync(60_000)

describe('cloudwatchMetrics', () => {
  it('writes one line of what has happened, each minute and at the end', async () => {
    const { gateway, lines, parsed } = measured()
    await call(gateway)
    await call(gateway, 'slow')
    await wait()
    expect(parsed()).toMatchObject([
      { service: 'modelgate', Calls: 2, PromptTokens: 6, CompletionTokens: 4, CostUsd: 0.000014 },
    ])
    await call(gateway)
    await gateway.close()
    expect(parsed()[1]).toMatchObject({ Calls: 1, ServerErrors: 0, Latency: expect.any(Number) })
    await wait()
    expect(lines).toHaveLength(2)
  })

  it('counts answers that were given again, and those that were not there', async () => {
    const { gateway, parsed } = measured()
    for (const tenant of ['acme', 'acme', 'globex', 'acme']) await call(gateway, 'kept', tenant)
    await call(gateway)
    await gateway.close()
    expect(parsed()).toMatchObject([{ Calls: 5, CacheHits: 2, CacheMisses: 2 }])
  })

  it('writes nothing where nothing has happened', async () => {
    const { gateway, lines } = measured()
    await wait()
    await gateway.close()
    expect(lines).toEqual([])
  })

  it('writes with the next line what could not be written', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const lines: string[] = []
    let isFull = true
    const { gateway } = measured({
      write(line) {
        if (isFull) throw new Error('The disk is full.')
        lines.push(line)
      },
    })
    await call(gateway)
    await wait()
    isFull = false
    await call(gateway)
    await wait()
    expect(lines.map(line => JSON.parse(line) as unknown)).toMatchObject([{ Calls: 2 }])
    vi.restoreAllMocks()
  })

  it('tells who was turned away, and how', async () => {
    const { gateway, parsed } = measured()
    await gateway.fetch('http://gateway.test/v1/chat/completions', { method: 'POST', body: '{}' })
    await call(gateway, 'nobody').catch(() => undefined)
    await gateway.close()
    expect(parsed()).toMatchObject([{ AuthenticationFailures: 1, Calls: 1, ClientErrors: 1, ServerErrors: 0 }])
  })

  it('writes every metric that dashboards may take from it, and no other', async () => {
    const { gateway, parsed } = measured()
    await gateway.stream({ model: 'fast', messages }, { principal: { tenant: 'acme' } }).completion()
    await gateway.close()
    const written = parsed()[0]?._aws.CloudWatchMetrics[0]?.Metrics ?? []
    expect(Object.fromEntries(written.map(({ Name, Unit }) => [Name, Unit]))).toEqual(gatewayMetrics)
  })

  it('writes budgets where it may, those that are used up the most', async () => {
    const budgets = { tenants: { acme: { usdPerDay: 1, usdPerMonth: 0.5 }, ü: { usdPerDay: 2 } } }
    const { gateway, parsed } = measured({ maxBudgets: 2 }, budgets)
    await call(gateway)
    await call(gateway, 'fast', 'ü')
    await gateway.close()
    expect(parsed().slice(1)).toMatchObject([
      { BudgetOf: 'tenant', Budget: 'acme', Period: 'month', BudgetLimitUsd: 0.5, BudgetSpentUsd: 0.000007 },
      { BudgetOf: 'tenant', Budget: 'acme', Period: 'day', BudgetLimitUsd: 1, BudgetSpentUsd: 0.000007 },
    ])
    const [directive] = parsed()[1]?._aws.CloudWatchMetrics ?? []
    expect(directive).toMatchObject({ Dimensions: [['service', 'BudgetOf', 'Budget', 'Period']] })
    expect(parsed()).toHaveLength(3)
  })

  it('writes what Powertools writes for the same metrics', async () => {
    vi.stubEnv('POWERTOOLS_DEV', 'true')
    const { gateway, parsed } = measured({ by: ['provider', 'tenant'] })
    for (let calls = 0; calls < 3; calls += 1) await call(gateway)
    await gateway.close()
    const lines = parsed()
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      const [directive] = line._aws.CloudWatchMetrics
      const metrics = new Metrics({ namespace: 'AiModelGateway', serviceName: 'modelgate' })
      const dimensions = directive!.Dimensions[0]!.filter(name => name !== 'service')
      if (dimensions.length > 0) {
        metrics.addDimensions(Object.fromEntries(dimensions.map(name => [name, String(line[name])])))
      }
      for (const { Name, Unit } of directive!.Metrics) {
        for (const value of [line[Name]].flat()) metrics.addMetric(Name, Unit as 'Count', value as number)
      }
      expect(line).toEqual(JSON.parse(JSON.stringify(metrics.serializeMetrics())))
    }
  })

  it('has at most 100 values of a metric, which keep their shares', async () => {
    const { gateway, parsed } = measured()
    for (let calls = 0; calls < 250; calls += 1) await call(gateway)
    await gateway.close()
    expect(parsed()).toMatchObject([{ Calls: 250 }])
    const [line] = parsed()
    expect(line?.Latency).toHaveLength(100)
    expect(line?._aws.CloudWatchMetrics[0]?.Metrics.length).toBeLessThanOrEqual(100)
  })

  it('writes a line for each combination that is asked for, and not more than it may', async () => {
    const { gateway, parsed } = measured({ by: ['model'], maxLines: 1 })
    await call(gateway)
    await call(gateway, 'slow')
    await gateway.close()
    expect(parsed().map(({ Model, Calls }) => [Model, Calls])).toEqual([
      [undefined, 2],
      ['nova', 1],
    ])
    expect(parsed()[1]).not.toHaveProperty('AuthenticationFailures')
  })

  it('makes of a name what CloudWatch takes, lest it drop the whole line', async () => {
    const { gateway, parsed } = measured({ by: ['tenant'] })
    for (const tenant of ['Müller\n', ' ', 'x'.repeat(2_000)]) await call(gateway, 'fast', tenant)
    await gateway.close()
    const tenants = parsed().flatMap(({ Tenant }) => Tenant ?? [])
    expect(tenants).toEqual(['M?ller?', '?', 'x'.repeat(1_024)])
  })

  it('refuses dimensions that CloudWatch would', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`d${at}`, 'x']))
    expect(() => cloudwatchMetrics({ dimensions: many, by: ['tier'] })).toThrow(/31 dimensions/)
    for (const service of ['', ' ', 'Müller', 'x'.repeat(1_025)]) {
      expect(() => cloudwatchMetrics({ dimensions: { service } })).toThrow(/'service'/)
    }
    for (const name of ['', ':a', 'x'.repeat(256)]) {
      expect(() => cloudwatchMetrics({ dimensions: { [name]: 'x' } })).toThrow(`'${name}'`)
    }
  })

  it('refuses a namespace that CloudWatch would, and what is of another kind, as the authorizer’s does', () => {
    for (const make of [cloudwatchMetrics, authorizerMetrics]) {
      for (const namespace of ['', ' ', ':a', 'AWS/Mine', 'é', 'a\n', 'x'.repeat(256)])
        expect(() => make({ namespace })).toThrow(`${make.name}(): \`namespace\``)
      for (const name of ['Latency', 'BudgetSpentUsd', '_aws'])
        expect(() => make({ dimensions: { [name]: 'x' } })).toThrow(`'${name}'`)
      expect(() => make({ dimensions: { environment: '' } })).toThrow("'environment'")
      for (const name of ['namespace', 'dimensions', 'write', 'now'])
        expect(() => make(JSON.parse(`{ "${name}": 5 }`))).toThrow(`\`${name}\``)
      expect(() => make({ namespace: 'Mine: a/b #1', dimensions: {} })).not.toThrow()
    }
  })

  it('writes to standard output unless told otherwise', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const { gateway } = measured({ write: undefined })
    await call(gateway)
    await gateway.close()
    const lines = write.mock.calls.map(([line]) => String(line)).filter(line => line.includes('CloudWatchMetrics'))
    write.mockRestore()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^\{.*\}\n$/)
  })
})

describe('authorizerMetrics', () => {
  it('writes a line for each caller who was turned away, beside the gateway', () => {
    const lines: string[] = []
    authorizerMetrics({ write: line => lines.push(line) })()
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      {
        _aws: {
          Timestamp: 1_790_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'AiModelGateway',
              Dimensions: [['service']],
              Metrics: [{ Name: 'AuthenticationFailures', Unit: 'Count' }],
            },
          ],
        },
        service: 'modelgate-authorizer',
        AuthenticationFailures: 1,
      },
    ])
  })
})
