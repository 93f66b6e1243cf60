/** A list price, in USD, before any free tier, discount or tax. */
export interface Price {
  /** As formulas name it. */
  readonly symbol: string
  readonly of: string
  readonly usd: number
}

/**
 * List prices of us-east-1 in USD, assumed as of November 2026: they were put here from memory and from third parties' pages, and AWS's
 * own page is what counts. Other regions are dearer by up to a third.
 */
export const prices = {
  lambdaRequest: { symbol: 'lambdaRequest', of: 'Lambda, a request', usd: 0.2e-6 },
  lambdaGbSecond: { symbol: 'lambdaGbSecond', of: 'Lambda on ARM64, a GB-second', usd: 0.000_013_333_4 },
  cloudFrontRequest: { symbol: 'cloudFrontRequest', of: 'CloudFront, an HTTPS request', usd: 1e-6 },
  cloudFrontGb: { symbol: 'cloudFrontGb', of: 'CloudFront, a GB out', usd: 0.085 },
  apiRequest: { symbol: 'apiRequest', of: 'API Gateway REST API, a request or each 10 MB of a stream', usd: 3.5e-6 },
  albHour: { symbol: 'albHour', of: 'Application Load Balancer, an hour', usd: 0.0225 },
  lcuHour: { symbol: 'lcuHour', of: '… a capacity unit, an hour', usd: 0.008 },
  ipv4Hour: { symbol: 'ipv4Hour', of: 'a public IPv4 address, an hour', usd: 0.005 },
  fargateCpuHour: { symbol: 'fargateCpuHour', of: 'Fargate on ARM64, a vCPU, an hour', usd: 0.032_38 },
  fargateGbHour: { symbol: 'fargateGbHour', of: '… a GB of memory, an hour', usd: 0.003_56 },
  outGb: { symbol: 'outGb', of: 'a GB from a region to the internet', usd: 0.09 },
  logGb: { symbol: 'logGb', of: 'CloudWatch Logs, a GB taken in', usd: 0.5 },
  metricMonth: { symbol: 'metricMonth', of: 'CloudWatch, a metric of one’s own, a month', usd: 0.3 },
  alarmMonth: { symbol: 'alarmMonth', of: '… an alarm, for each metric that it looks at, a month', usd: 0.1 },
  dashboardMonth: { symbol: 'dashboardMonth', of: '… a dashboard, a month', usd: 3 },
  secretMonth: { symbol: 'secretMonth', of: 'Secrets Manager, a secret, a month', usd: 0.4 },
  secretRead: { symbol: 'secretRead', of: '… a read', usd: 5e-6 },
  kmsKeyMonth: { symbol: 'kmsKeyMonth', of: 'KMS, a key, a month', usd: 1 },
  writeUnit: { symbol: 'writeUnit', of: 'DynamoDB on demand, a write of 1 KB', usd: 0.625e-6 },
  readUnit: { symbol: 'readUnit', of: '… a consistent read of up to 4 KB', usd: 0.125e-6 },
  tableGbMonth: { symbol: 'tableGbMonth', of: '… a GB kept, a month, and 0.20 for its restorability', usd: 0.45 },
  webAclMonth: { symbol: 'webAclMonth', of: 'WAF, a web ACL, a month', usd: 5 },
  wafRuleMonth: { symbol: 'wafRuleMonth', of: '… a rule or group, a month', usd: 1 },
  wafRequest: { symbol: 'wafRequest', of: '… a request', usd: 0.6e-6 },
  trace: { symbol: 'trace', of: 'X-Ray, a trace', usd: 5e-6 },
  inputToken: { symbol: 'inputToken', of: 'Claude 3 Sonnet, a token in', usd: 3e-6 },
  outputToken: { symbol: 'outputToken', of: '… a token out', usd: 15e-6 },
} as const satisfies Readonly<Record<string, Price>>
