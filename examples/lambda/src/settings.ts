/** What the function's environment says. */
export interface Settings {
  /** Name or ARN of the secret that holds the API keys; undefined where `apiKey` is the only one. */
  readonly apiKeySecret: string | undefined
  /** The one API key, where it stands in the environment itself. */
  readonly apiKey: string | undefined
  readonly defaultModel: string
  readonly defaultEmbeddingModel: string
  /** Whether bare ids go by the region's inference profile. */
  readonly crossRegionInference: boolean
  /** Where the files of batches are, and the role in which Bedrock reads and writes them; undefined where there are no batches. */
  readonly batch: { readonly bucket: string; readonly roleArn: string } | undefined
}

/**
 * Reads the variables in the README's table. One that is set to nothing counts as not set.
 * @throws {Error} with one line a fault.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = []
  const apiKeySecret = environment.API_KEY_SECRET_ARN || undefined
  const apiKey = environment.MODELGATE_API_KEY || undefined
  if (!apiKeySecret && !apiKey) {
    faults.push(
      'Set API_KEY_SECRET_ARN to the ARN of the secret that holds the API keys, or set MODELGATE_API_KEY, the key that clients send as `Authorization: Bearer <key>`.',
    )
  }
  const crossRegion = environment.ENABLE_CROSS_REGION_INFERENCE || 'true'
  if (crossRegion !== 'true' && crossRegion !== 'false') {
    faults.push(`ENABLE_CROSS_REGION_INFERENCE: must be 'true' or 'false', got '${crossRegion}'.`)
  }
  const bucket = environment.BATCH_BUCKET || ''
  const roleArn = environment.BATCH_ROLE_ARN || ''
  if (!bucket !== !roleArn) {
    const missing = bucket ? 'BATCH_ROLE_ARN' : 'BATCH_BUCKET'
    faults.push(`${missing}: batches need BATCH_BUCKET and BATCH_ROLE_ARN; set both, or neither.`)
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return {
    apiKeySecret,
    apiKey,
    defaultModel: environment.DEFAULT_MODEL || 'anthropic.claude-3-sonnet-20240229-v1:0',
    defaultEmbeddingModel: environment.DEFAULT_EMBEDDING_MODEL || 'cohere.embed-multilingual-v3',
    crossRegionInference: crossRegion === 'true',
    batch: bucket ? { bucket, roleArn } : undefined,
  }
}
