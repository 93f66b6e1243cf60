import { GatewayError } from '@modelgate/core'
import { kindOf } from '../request/invalid-request.ts'

/** The data plane runs models, the control plane lists them. */
export type Plane = 'runtime' | 'control'

/** Where requests go. Each option accepts `undefined`, so that an unset environment variable can be passed straight on. */
export interface EndpointOptions {
  readonly region?: string | undefined
  /** Base URL for both planes, such as a VPC endpoint or the simulator. */
  readonly endpoint?: string | undefined
}

/** The region, and the base URL of each plane without a trailing slash. */
export interface Endpoints {
  readonly region: string
  url(plane: Plane): string
}

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

const hostNames: Readonly<Record<Plane, string>> = { runtime: 'bedrock-runtime', control: 'bedrock' }

const overrideNames: Readonly<Record<Plane, string>> = {
  runtime: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
  control: 'AWS_ENDPOINT_URL_BEDROCK',
}

/** DNS suffix by region prefix; all others are under `amazonaws.com`. */
const dnsSuffixes: readonly (readonly [regionPrefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
]

/**
 * The region and base URLs by option, then environment, then default (`us-east-1`).
 * @throws {GatewayError} `invalid_configuration` for a region that is none, and for a base URL that is none.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function resolveEndpoints(options: EndpointOptions, env: Environment): Endpoints {
  const region = checkedRegion(
    first([
      ['bedrock({ region })', options.region],
      ['AWS_REGION', env.AWS_REGION],
      ['AWS_DEFAULT_REGION', env.AWS_DEFAULT_REGION],
    ]),
  )
  const suffix = dnsSuffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
  const baseUrl = (plane: Plane): string => {
    const override = first([
      ['bedrock({ endpoint })', options.endpoint],
      [overrideNames[plane], env[overrideNames[plane]]],
      ['AWS_ENDPOINT_URL', env.AWS_ENDPOINT_URL],
    ])
    return override ? checkedUrl(override) : `https://${hostNames[plane]}.${region}.${suffix}`
  }
  const urls: Readonly<Record<Plane, string>> = { runtime: baseUrl('runtime'), control: baseUrl('control') }
  return { region, url: plane => urls[plane] }
}

/** A value and where it was given. */
type Source = readonly [name: string, value: string | undefined]

/** The first that is set; an empty variable is not. */
function first(sources: readonly Source[]): readonly [name: string, value: string] | undefined {
  for (const [name, value] of sources) if (value) return [name, value]
  return undefined
}

/** The region becomes part of a host name: another host's, if it might hold anything. */
function checkedRegion(source: Source | undefined): string {
  const [name, value] = source ?? ['', 'us-east-1']
  const zoned = typeof value === 'string' ? /^([a-z]+(?:-[a-z]+)+-\d)[a-z]$/.exec(value)?.[1] : undefined
  if (zoned) {
    throw new GatewayError(
      'invalid_configuration',
      `${name}: ${shown(value)} is an availability zone; its region is '${zoned}'.`,
    )
  }
  if (typeof value === 'string' && /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return value
  throw new GatewayError(
    'invalid_configuration',
    `${name}: ${shown(value)} is no AWS region; give one of lower-case letters, digits and '-', such as 'us-east-1'.`,
  )
}

function checkedUrl([name, value]: Source): string {
  if (typeof value === 'string' && /^https?:[^?#]*$/i.test(value) && URL.canParse(value))
    return value.replace(/\/+$/, '')
  throw new GatewayError(
    'invalid_configuration',
    `${name}: ${shown(value)} is no http or https URL without a query; give one such as 'https://bedrock-runtime.us-east-1.amazonaws.com'.`,
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 200)}'` : kindOf(value)
}
