/** What stands behind the load balancer: the function, which answers whole; the container, which streams; or a share for each. */
export type Variant = 'lambda' | 'fargate' | 'both'

/** What `-c name=value` may say to the app. */
export interface Context {
  /** Default `lambda`. */
  readonly variant: Variant
  /** Of the variant `both`: how many of a hundred requests go to the container, 0 to 100. Default 10. */
  readonly fargatePercent: number
}

const names: ReadonlySet<string> = new Set(['variant', 'fargatePercent'])

/**
 * Reads the app's context. What is set to nothing counts as not set.
 * @param given the names of all that it holds: what is none of ours is misspelt, but for the CDK's own, which have a `:` or a `/`
 * @throws {Error} with one line a fault.
 */
export function readContext(
  get: (name: string) => string | number | undefined,
  given: readonly string[] = [],
): Context {
  const faults = given
    .filter(name => !names.has(name) && !/[:/]/.test(name))
    .map(name => `-c ${name}: is nothing that this app reads; it reads ${[...names].join(', ')}.`)
  const said = String(get('variant') || 'lambda')
  const variant = (['lambda', 'fargate', 'both'] as const).find(each => each === said)
  if (!variant) faults.push(`-c variant=${said}: must be one of lambda, fargate, both.`)
  const share = String(get('fargatePercent') ?? '')
  if (share !== '' && !/^(?:\d{1,2}|100)$/.test(share)) {
    faults.push(`-c fargatePercent=${share}: must be a whole number from 0 to 100.`)
  } else if (share !== '' && variant && variant !== 'both') {
    faults.push(`-c fargatePercent=${share}: is for the variant both, and this is ${variant}.`)
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return { variant: variant ?? 'lambda', fargatePercent: share === '' ? 10 : Number(share) }
}
