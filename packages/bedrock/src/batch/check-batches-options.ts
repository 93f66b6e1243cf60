import { GatewayError, type MembersOf, memberFaults } from '@modelgate/core'
import { kindOf } from '../request/invalid-request.ts'
import type { BedrockBatchesOptions } from './bedrock-batches-options.ts'

/** The options that are checked here, as JavaScript may give them. */
type UncheckedBatches = { readonly [Name in keyof BedrockBatchesOptions]?: unknown }

const members = {
  clients: true,
  region: true,
  endpoint: true,
  credentials: true,
  assumeRole: true,
  provider: true,
  bucket: true,
  prefix: true,
  roleArn: true,
  minimumRequests: true,
  smallBatches: true,
  concurrency: true,
  unsupportedParams: true,
  baseModels: true,
  leaseMs: true,
  now: true,
} as const satisfies MembersOf<BedrockBatchesOptions>

interface Rule {
  readonly option: keyof UncheckedBatches
  readonly isRight: (value: unknown) => boolean
  readonly wanted: string
  readonly isNeeded?: boolean
}

const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)
const isOneOf =
  (...values: readonly string[]) =>
  (value: unknown) =>
    values.includes(value as string)
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 1

const rules: readonly Rule[] = [
  { option: 'provider', isRight: matches(/^[A-Za-z0-9._-]+$/), wanted: 'the id of a Bedrock provider' },
  {
    option: 'bucket',
    isRight: matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    wanted: 'the name of a bucket',
    isNeeded: true,
  },
  { option: 'prefix', isRight: matches(/^([A-Za-z0-9._-]+\/)*$/), wanted: "empty, or folders such as 'gateway/'" },
  {
    option: 'roleArn',
    isRight: matches(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/),
    wanted: 'the ARN of a role that Bedrock may take',
    isNeeded: true,
  },
  { option: 'minimumRequests', isRight: isCount, wanted: 'a whole number of at least 1' },
  { option: 'smallBatches', isRight: isOneOf('refuse', 'run'), wanted: "'refuse' or 'run'" },
  { option: 'concurrency', isRight: isCount, wanted: 'a whole number of at least 1' },
  { option: 'unsupportedParams', isRight: isOneOf('drop', 'reject'), wanted: "'drop' or 'reject'" },
  { option: 'leaseMs', isRight: isCount, wanted: 'a whole number of milliseconds' },
]

/** @throws {GatewayError} `invalid_configuration`, one line for each fault. */
export function checkBatchesOptions(options: UncheckedBatches): void {
  const wrong = rules.flatMap(({ option, isRight, wanted, isNeeded = false }) => {
    const value = options[option]
    if (value === undefined ? !isNeeded : isRight(value)) return []
    const got =
      typeof value === 'string' ? `'${value.slice(0, 100)}'` : typeof value === 'number' ? value : kindOf(value)
    return [`bedrockBatches({ ${option} }): must be ${wanted}, got ${String(got)}.`]
  })
  const faults = [...memberFaults(options, members, 'bedrockBatches()'), ...wrong]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
}
