/** Geo prefixes of cross-region inference profiles. `us-gov` stands before `us`, which it starts with. */
const geoPrefixes = ['us-gov', 'us', 'eu', 'apac', 'jp', 'au', 'ca', 'amer', 'global'] as const

/** Who makes the models that Bedrock names as `maker.model`. */
const makers: ReadonlySet<string> = new Set(
  'ai21 amazon anthropic cohere deepseek google luma meta minimax mistral moonshot moonshotai nvidia openai qwen stability twelvelabs writer xai zai'.split(
    ' ',
  ),
)

/**
 * The foundation model behind an id: the geo prefix stripped, the last segment of a model's or system profile's ARN. AWS's
 * default prompt routers name a family (`anthropic.claude:1`). The ARN of an application profile, a custom or an imported model
 * says nothing of its model and comes back as it is.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export function baseModelOf(model: string): string {
  const named =
    /^arn:[^/]*:(?:foundation-model|inference-profile|default-prompt-router)\/(.+)$/.exec(model)?.[1] ?? model
  const geo = geoPrefixOf(named)
  return geo ? named.slice(geo.length + 1) : named
}

/** The prefix of a profile that spans regions, as in `us.amazon.nova-lite-v1:0`. */
function geoPrefixOf(model: string): string | undefined {
  return geoPrefixes.find(prefix => model.startsWith(`${prefix}.`))
}

/**
 * Whether an id is one of Bedrock's by its shape: `maker.model`, with or without a geo prefix, or an ARN of Bedrock's or of a
 * SageMaker endpoint, where models of its marketplace run.
 */
export function isBedrockModel(model: string): boolean {
  if (/^arn:aws[a-z-]*:(?:bedrock|sagemaker):/.test(model)) return true
  const [maker, rest] = baseModelOf(model).split(/\.(.*)/s)
  return rest !== undefined && rest !== '' && makers.has(maker ?? '')
}
