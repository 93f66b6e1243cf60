/** The narrowest first. */
const geosByRegion: readonly (readonly [region: RegExp, geos: readonly string[]])[] = [
  [/^us-gov-/, ['us-gov']],
  [/^us-/, ['us']],
  [/^ca-/, ['ca', 'us']],
  [/^sa-/, ['us']],
  [/^eu-/, ['eu']],
  [/^ap-northeast-[13]$/, ['jp', 'apac']],
  [/^ap-southeast-[24]$/, ['au', 'apac']],
  [/^ap-/, ['apac']],
]

/**
 * The prefixes of the profiles that stand in for a bare model id in a region, the one whose calls stay nearest first. Never `global`,
 * whose calls may run in any region: who wants it names it.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export function geosOf(region: string): readonly string[] {
  return geosByRegion.find(([pattern]) => pattern.test(region))?.[1] ?? []
}
