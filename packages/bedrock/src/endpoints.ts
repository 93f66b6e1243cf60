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
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function resolveEndpoints(options: EndpointOptions, env: Environment): Endpoints {
  const region = options.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const suffix = dnsSuffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
  return {
    region,
    url(plane) {
      const override = options.endpoint || env[overrideNames[plane]] || env.AWS_ENDPOINT_URL
      return override ? override.replace(/\/+$/, '') : `https://${hostNames[plane]}.${region}.${suffix}`
    },
  }
}
