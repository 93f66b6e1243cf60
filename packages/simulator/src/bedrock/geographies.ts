/** Where a cross-region profile may be called from, and where its calls may run. */
export interface Geography {
  readonly name: string
  readonly sources: RegExp
  /** Regions; the empty one is that of a `global.` profile's ARN, which stands for all. */
  readonly destinations: (source: string) => readonly string[]
}

const fixed =
  (...regions: readonly string[]) =>
  (): readonly string[] =>
    regions

/**
 * By the prefix of profile ids.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export const GEOGRAPHIES: Readonly<Record<string, Geography>> = {
  us: { name: 'US', sources: /^(us-(east|west)|ca|sa)-/, destinations: fixed('us-east-1', 'us-east-2', 'us-west-2') },
  eu: { name: 'EU', sources: /^eu-/, destinations: fixed('eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3') },
  apac: {
    name: 'APAC',
    sources: /^ap-/,
    destinations: fixed('ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'),
  },
  jp: { name: 'JP', sources: /^ap-northeast-[13]$/, destinations: fixed('ap-northeast-1', 'ap-northeast-3') },
  au: { name: 'AU', sources: /^ap-southeast-[24]$/, destinations: fixed('ap-southeast-2', 'ap-southeast-4') },
  global: { name: 'GLOBAL', sources: /^(?!us-gov-|cn-|eusc-)/, destinations: source => ['', source] },
}
