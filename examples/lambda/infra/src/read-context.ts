import type { Environment } from './environments.ts'

/** What `-c name=value` may say to the app. */
export interface Context {
  /** `image` is one container image, `zip` the same file on Lambda's own runtime. Default `image`. */
  readonly packaging: 'image' | 'zip'
  /** Whether bare model ids are called by their region's inference profile. Default true. */
  readonly crossRegion: boolean
  /** Default `eu-west-1`. */
  readonly region: string
  /** 12 digits; without it the template fits any account. */
  readonly account: string | undefined
  /** ACM certificates in us-east-1, where CloudFront looks for them. */
  readonly certificateArns: Readonly<Record<Environment['name'], string | undefined>>
  /** Whether it serves files and batches, over a bucket and batch jobs of Bedrock's. Default false. */
  readonly batch: boolean
}

const certificate = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/

/**
 * Reads the app's context. The account and region come from the CDK CLI where they are not given: `CDK_DEFAULT_ACCOUNT`, never
 * `CDK_DEFAULT_REGION`, which a developer's shell sets and which would move the stacks out of Europe unasked.
 * @param given the names of all that it holds: what is none of ours is misspelt, but for the CDK's own, which have a `:` or a `/`
 * @throws {Error} with one line a fault.
 */
export function readContext(
  get: (name: string) => string | number | boolean | object | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  given: readonly string[] = [],
): Context {
  const faults: string[] = []
  const asked = new Set<string>()

  function textOf(name: string): string | undefined {
    asked.add(name)
    const value = get(name)
    if (value === undefined || value === '') return undefined
    if (typeof value === 'object') faults.push(`-c ${name}: must be text, got ${JSON.stringify(value)}.`)
    return typeof value === 'object' ? undefined : String(value)
  }

  function oneOf<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = textOf(name) ?? allowed[0]
    const known = allowed.find(each => each === value)
    if (known === undefined) faults.push(`-c ${name}=${value}: must be one of ${allowed.join(', ')}.`)
    return known ?? allowed[0]
  }

  function matching(name: string, form: RegExp, hint: string): string | undefined {
    const value = textOf(name)
    if (value !== undefined && !form.test(value)) faults.push(`-c ${name}=${value}: must be ${hint}.`)
    return value
  }

  const inVirginia = 'the ARN of a certificate in us-east-1, where CloudFront looks for it'
  const context: Context = {
    packaging: oneOf('packaging', ['image', 'zip']),
    crossRegion: oneOf('crossRegion', ['true', 'false']) === 'true',
    region: matching('region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-1') ?? 'eu-west-1',
    account: matching('account', /^\d{12}$/, '12 digits') ?? environment.CDK_DEFAULT_ACCOUNT,
    certificateArns: {
      staging: matching('stagingCertificateArn', certificate, inVirginia),
      production: matching('productionCertificateArn', certificate, inVirginia),
    },
    batch: oneOf('batch', ['false', 'true']) === 'true',
  }
  for (const name of given) {
    if (asked.has(name) || /[:/]/.test(name)) continue
    faults.push(`-c ${name}: is nothing that this app reads; it reads ${[...asked].join(', ')}.`)
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return context
}
