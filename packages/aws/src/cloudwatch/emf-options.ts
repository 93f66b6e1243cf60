import { type ChecksOf, callableCheck, GatewayError, tableCheck, textCheck } from '@modelgate/core'
import { gatewayMetrics } from './gateway-metrics.ts'

/** What every line of CloudWatch's embedded metric format is made with, and where it goes. */
export interface EmfOptions {
  /** Default `AiModelGateway`. */
  readonly namespace?: string | undefined
  /** The same on every line. At most 24. Default `{ service: 'modelgate' }`, of an authorizer `{ service: 'modelgate-authorizer' }`. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined
  /** Where a line goes, which has no line break. Default: standard output, from where Lambda and the CloudWatch agent take it. */
  readonly write?: ((line: string) => void) | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const mostDimensions = 30

/** What each of them must be; {@link checkEmf} looks at what CloudWatch would make of it. */
export function emfChecks(): ChecksOf<EmfOptions> {
  return { namespace: textCheck(), dimensions: tableCheck(textCheck()), write: callableCheck(), now: callableCheck() }
}

/**
 * @param more dimensions that some lines have besides
 * @throws {GatewayError} `invalid_configuration` for what CloudWatch would drop lines for, each time and unseen.
 */
export function checkEmf(options: EmfOptions, where: string, more: number = 0): void {
  const faults = [...emfFaults(options, more)]
  if (faults.length === 0) return
  throw new GatewayError('invalid_configuration', faults.map(fault => `${where}: ${fault}`).join('\n'))
}

function* emfFaults({ namespace, dimensions = {} }: EmfOptions, more: number): Generator<string> {
  if (namespace !== undefined && !isNamespace(namespace))
    yield '`namespace` must be 1 to 255 letters, digits, blanks and .-_/#: of ASCII, and begin with neither a colon nor `AWS/`.'
  const count = Object.keys(dimensions).length + more
  if (count > mostDimensions)
    yield `${count} dimensions are more than the ${mostDimensions} that CloudWatch takes; give fewer.`
  for (const [name, value] of Object.entries(dimensions)) {
    if (taken.has(name)) yield `the dimension '${name}' needs another name: its value is a metric's.`
    if (isDimensionText(name, 255) && !name.startsWith(':') && isDimensionText(value, mostDimensionChars)) continue
    yield `the dimension '${name}' needs a name of 1 to 255 and a value of 1 to 1,024 characters, all of ASCII; a name begins with no colon.`
  }
}

/** Members that a line has anyway. */
const taken: ReadonlySet<string> = new Set(['_aws', 'BudgetLimitUsd', 'BudgetSpentUsd', ...Object.keys(gatewayMetrics)])

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace */
function isNamespace(text: string): boolean {
  return /^(?!:|AWS\/)(?=.*\S)[\w .\-/#:]{1,255}$/.test(text)
}

/** CloudWatch drops a line with any other dimension. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
function isDimensionText(text: string, most: number): boolean {
  return text.length <= most && /^[ -~]*[!-~][ -~]*$/.test(text)
}

/** Characters that the value of a dimension may have. */
export const mostDimensionChars = 1_024
