/** What a deployment may be called. */
const environments = ['dev', 'staging', 'prod'] as const
export type EnvironmentName = (typeof environments)[number]

/** What the environment variables say of a deployment. */
export interface Settings {
  readonly environment: EnvironmentName
  readonly region: string
  /** 12 digits; without it the templates fit any account. */
  readonly account: string | undefined
  /** Gets the alarms, once it has confirmed. */
  readonly alertEmail: string | undefined
  /** Web pages that may call, as the gateway's own `CORS_ORIGINS`. */
  readonly corsOrigins: string | undefined
  /** Whether OpenAI is called: without it nobody may read the secret. */
  readonly openAi: boolean
  /** Whether Bedrock is called. */
  readonly bedrock: boolean
}

/** The variables are wrong: one line a fault. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * Reads `ENVIRONMENT` (default `dev`), `CDK_DEFAULT_REGION` (default `us-east-1`), `CDK_DEFAULT_ACCOUNT`, `ALERT_EMAIL`, `CORS_ORIGINS`, and
 * `OPENAI_PROVIDER_ENABLED` and `BEDROCK_PROVIDER_ENABLED` (default `true`). What is set to nothing counts as not set.
 * @throws {SettingsError} with every fault.
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = []

  function matching(name: string, form: RegExp, hint: string): string | undefined {
    const value = variables[name] || undefined
    if (value !== undefined && !form.test(value)) faults.push(`${name}: must be ${hint}, got '${value}'.`)
    return value
  }

  const isOn = (name: string): boolean => matching(name, /^(?:true|false)$/, 'true or false') !== 'false'

  const asked = variables.ENVIRONMENT || 'dev'
  const environment = environments.find(each => each === asked)
  if (!environment) faults.push(`ENVIRONMENT: must be ${environments.join(', ')}, got '${asked}'.`)
  const settings = {
    environment: environment ?? 'dev',
    region: matching('CDK_DEFAULT_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-1') ?? 'us-east-1',
    account: matching('CDK_DEFAULT_ACCOUNT', /^\d{12}$/, 'an account’s 12 digits'),
    alertEmail: matching('ALERT_EMAIL', /^[^\s@]+@[^\s@]+$/, 'an e-mail address'),
    corsOrigins: matching(
      'CORS_ORIGINS',
      /^(?:\*|https?:\/\/[^\s,/]+(?:, *https?:\/\/[^\s,/]+)*)$/,
      'origins, with commas',
    ),
    openAi: isOn('OPENAI_PROVIDER_ENABLED'),
    bedrock: isOn('BEDROCK_PROVIDER_ENABLED'),
  }
  if (!settings.openAi && !settings.bedrock) {
    faults.push('OPENAI_PROVIDER_ENABLED: is false, as BEDROCK_PROVIDER_ENABLED is, so there is nothing to call.')
  }
  if (faults.length > 0) throw new SettingsError(faults.join('\n'))
  return settings
}

/**
 * Refuses what `-c name=value` says to this app, which is told by variables alone. The CDK's own names have a `:` or a `/`.
 * @throws {SettingsError} with every such name.
 */
export function checkContext(names: readonly string[]): void {
  const faults = names
    .filter(name => !/[:/]/.test(name))
    .map(name => `-c ${name}: this app reads no context; it is told by variables, such as ENVIRONMENT=prod.`)
  if (faults.length > 0) throw new SettingsError(faults.join('\n'))
}
