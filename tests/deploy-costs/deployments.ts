import { prices as price } from './prices.ts'
import { call, type Load, sizes } from './workload.ts'

/** A line of a bill: what it is for, how it is reckoned, and what comes of it a month, in USD. */
export interface Line {
  readonly what: string
  readonly formula: string
  readonly usd: (load: Load) => number
}

/** A deployment, and the lines of its bill. */
export interface Deployment {
  readonly name: string
  readonly lines: readonly Line[]
}

const gb = (kilobytes: number): number => kilobytes / 1e6

/** Every instance reads its secret, in two versions, each five minutes. */
const secretReads = 2 * 12

function lambdaLines(memoryGb: number): Line[] {
  return [
    { what: 'Lambda, requests', formula: 'N × lambdaRequest', usd: ({ calls }) => calls * price.lambdaRequest.usd },
    {
      what: 'Lambda, time',
      formula: `N × ${call.seconds} s × ${memoryGb} GB × lambdaGbSecond`,
      usd: ({ calls }) => calls * call.seconds * memoryGb * price.lambdaGbSecond.usd,
    },
  ]
}

function secretLine(instances: (load: Load) => number, symbol: string): Line {
  return {
    what: 'Secrets Manager',
    formula: `secretMonth + ${symbol} × ${secretReads} an hour × H × secretRead`,
    usd: load => price.secretMonth.usd + instances(load) * secretReads * load.hours * price.secretRead.usd,
  }
}

function logLine(kilobytes: number): Line {
  return {
    what: 'Logs',
    formula: `N × ${kilobytes} KB × logGb`,
    usd: ({ calls }) => calls * gb(kilobytes) * price.logGb.usd,
  }
}

const outLine: Line = {
  what: 'Answers to the internet',
  formula: `N × ${call.answerKb} KB × outGb`,
  usd: ({ calls }) => calls * gb(call.answerKb) * price.outGb.usd,
}

/** Capacity units: the largest of new connections, open ones, and bytes. Each call is taken to be a connection. */
const capacityUnits = ({ callsPerMinute, concurrency }: Load, gbPerUnit: number): number =>
  Math.max(callsPerMinute / 60 / 25, concurrency / 3_000, (callsPerMinute * 60 * gb(call.answerKb)) / gbPerUnit)

function balancerLines(gbPerUnit: number): Line[] {
  return [
    {
      what: 'Load balancer, and its two addresses',
      formula: 'H × (albHour + 2 × ipv4Hour)',
      usd: ({ hours }) => hours * (price.albHour.usd + 2 * price.ipv4Hour.usd),
    },
    {
      what: 'Load balancer, capacity units',
      formula: `H × lcuHour × max(R / 60 / 25, C / 3000, R × 60 × ${call.answerKb} KB / ${gbPerUnit} GB)`,
      usd: load => load.hours * price.lcuHour.usd * capacityUnits(load, gbPerUnit),
    },
  ]
}

/** How many tasks so many calls need, at the share of their CPU that the service scales by. */
export function tasksFor({ callsPerMinute }: Load): number {
  const { least, vcpu, cpuShare } = sizes.container
  return Math.max(least, Math.ceil(((callsPerMinute / 60) * (call.cpuMs / 1_000)) / (vcpu * cpuShare)))
}

const lambda: Deployment = {
  name: 'lambda: CloudFront and a function that streams',
  lines: [
    ...lambdaLines(sizes.lambda.memoryGb),
    {
      what: 'CloudFront, requests',
      formula: 'N × cloudFrontRequest',
      usd: ({ calls }) => calls * price.cloudFrontRequest.usd,
    },
    {
      what: 'CloudFront, answers',
      formula: `N × ${call.answerKb} KB × cloudFrontGb`,
      usd: ({ calls }) => calls * gb(call.answerKb) * price.cloudFrontGb.usd,
    },
    secretLine(({ concurrency }) => concurrency, 'C'),
    logLine(sizes.lambda.logKb),
  ],
}

const albFunction: Deployment = {
  name: 'alb, variant lambda: a load balancer and a function that answers whole',
  lines: [
    ...balancerLines(0.4),
    ...lambdaLines(sizes.albFunction.memoryGb),
    outLine,
    secretLine(({ concurrency }) => concurrency, 'C'),
    logLine(sizes.albFunction.logKb),
  ],
}

const { vcpu, memoryGb, least, cpuShare, logKb } = sizes.container
const albContainer: Deployment = {
  name: 'alb, variant fargate: a load balancer and tasks that stream',
  lines: [
    ...balancerLines(1),
    {
      what: `Tasks: T = max(${least}, R / 60 × ${call.cpuMs} ms / (${vcpu} vCPU × ${cpuShare * 100} %)), rounded up`,
      formula: `T × H × (${vcpu} × fargateCpuHour + ${memoryGb} × fargateGbHour + ipv4Hour)`,
      usd: load => {
        const hour = vcpu * price.fargateCpuHour.usd + memoryGb * price.fargateGbHour.usd + price.ipv4Hour.usd
        return tasksFor(load) * load.hours * hour
      },
    },
    outLine,
    secretLine(tasksFor, 'T'),
    logLine(logKb),
  ],
}

const own = sizes.gateway
const checks = ({ calls, hours }: Load): number => Math.min(calls, own.keys * 60 * hours)
const gateway: Deployment = {
  name: 'gateway: API Gateway, functions, tables',
  lines: [
    { what: 'API Gateway', formula: 'N × apiRequest', usd: ({ calls }) => calls * price.apiRequest.usd },
    ...lambdaLines(own.memoryGb),
    {
      what: `Authorizer: A = min(N, ${own.keys} keys × 60 × H)`,
      formula: `A × (lambdaRequest + ${own.authorizerSeconds} s × ${own.authorizerGb} GB × lambdaGbSecond)`,
      usd: load =>
        checks(load) * (price.lambdaRequest.usd + own.authorizerSeconds * own.authorizerGb * price.lambdaGbSecond.usd),
    },
    {
      what: 'DynamoDB, writes: limits, the log, its index',
      formula: `N × (${own.limitWrites} + ${own.recordKb} + ${own.recordKb}) × writeUnit`,
      usd: ({ calls }) => calls * (own.limitWrites + 2 * own.recordKb) * price.writeUnit.usd,
    },
    {
      what: 'DynamoDB, answers that may be given again',
      formula: `N × (readUnit + ${own.keptKb} × writeUnit)`,
      usd: ({ calls }) => calls * (price.readUnit.usd + own.keptKb * price.writeUnit.usd),
    },
    {
      what: `DynamoDB, ${own.retentionDays} days of the log kept`,
      formula: `N × 2 × ${own.recordKb} KB × ${own.retentionDays} / (H / 24) × tableGbMonth`,
      usd: ({ calls, hours }) =>
        calls * 2 * gb(own.recordKb) * (own.retentionDays / (hours / 24)) * price.tableGbMonth.usd,
    },
    {
      what: 'WAF',
      formula: `webAclMonth + ${own.webAclRules} × wafRuleMonth + N × wafRequest`,
      usd: ({ calls }) =>
        price.webAclMonth.usd + own.webAclRules * price.wafRuleMonth.usd + calls * price.wafRequest.usd,
    },
    {
      what: 'Metrics, alarms, dashboards',
      formula: `${own.metrics} × metricMonth + ${own.alarmMetrics} × alarmMonth + ${own.dashboards} × dashboardMonth`,
      usd: () =>
        own.metrics * price.metricMonth.usd +
        own.alarmMetrics * price.alarmMonth.usd +
        own.dashboards * price.dashboardMonth.usd,
    },
    {
      what: 'Traces: one a second, and 5 % of what is beyond',
      formula: 'min(N, 3600 × H + 5 % × max(0, N − 3600 × H)) × trace',
      usd: ({ calls, hours }) => {
        const everySecond = 3_600 * hours
        return Math.min(calls, everySecond + 0.05 * Math.max(0, calls - everySecond)) * price.trace.usd
      },
    },
    outLine,
    {
      what: 'A key of KMS, a secret',
      formula: 'kmsKeyMonth + secretMonth',
      usd: () => price.kmsKeyMonth.usd + price.secretMonth.usd,
    },
    logLine(own.logKb),
  ],
}

export const deployments: readonly Deployment[] = [lambda, albFunction, albContainer, gateway]

/** What the model itself takes for it, whatever the gateway runs on. */
export const modelLine: Line = {
  what: 'The model, beside all of these',
  formula: `N × (${call.inputTokens} × inputToken + ${call.outputTokens} × outputToken)`,
  usd: ({ calls }) => calls * (call.inputTokens * price.inputToken.usd + call.outputTokens * price.outputToken.usd),
}
