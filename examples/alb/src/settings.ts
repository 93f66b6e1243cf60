/** What the function's environment says. */
export interface Settings {
  /** Name or ARN of the secret that holds the API keys. */
  readonly apiKeySecret: string
  readonly defaultModel: string
  readonly defaultEmbeddingModel: string
  /** Whether bare ids go by the region's inference profile. */
  readonly crossRegionInference: boolean
  /** Whether the account's own profiles are listed and known by name. */
  readonly applicationInferenceProfiles: boolean
  readonly promptCaching: boolean
}

/**
 * Reads the variables in the README's table. One that is set to nothing counts as not set.
 * @throws {Error} with one line a fault.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = []

  function trueOrFalse(name: string, fallback: boolean): boolean {
    const text = environment[name]
    if (!text) return fallback
    if (text !== 'true' && text !== 'false') faults.push(`${name}: must be 'true' or 'false', got '${text}'.`)
    return text === 'true'
  }

  const apiKeySecret = environment.API_KEY_SECRET_ARN || environment.ApiKeySecretArn || ''
  if (!apiKeySecret) faults.push('API_KEY_SECRET_ARN: set it to the ARN of the secret that holds the API keys.')
  const settings: Settings = {
    apiKeySecret,
    defaultModel: environment.DEFAULT_MODEL || 'anthropic.claude-3-sonnet-20240229-v1:0',
    defaultEmbeddingModel: environment.DEFAULT_EMBEDDING_MODEL || 'cohere.embed-multilingual-v3',
    crossRegionInference: trueOrFalse('ENABLE_CROSS_REGION_INFERENCE', true),
    applicationInferenceProfiles: trueOrFalse('ENABLE_APPLICATION_INFERENCE_PROFILES', true),
    promptCaching: trueOrFalse('ENABLE_PROMPT_CACHING', false),
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return settings
}
