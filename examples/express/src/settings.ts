/** What the process's environment says. */
export interface Settings {
  /** What callers must send. */
  readonly apiKey: string
  readonly region: string | undefined
  readonly openaiApiKey: string | undefined
  readonly host: string
  readonly port: number
  readonly mountPath: string
  readonly trustProxy: number
  readonly delayMs: number
  readonly graceMs: number
}

/**
 * Reads the variables in the README's table. One that is set to nothing counts as not set.
 * @throws {Error} with one line a fault.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = []

  function wholeNumber(name: string, fallback: number, most = 2_147_483_647): number {
    const text = environment[name] || String(fallback)
    if (/^\d+$/.test(text) && Number(text) <= most) return Number(text)
    faults.push(`${name}: must be a whole number from 0 to ${most}, got '${text}'.`)
    return fallback
  }

  const apiKey = environment.MODELGATE_API_KEY || ''
  if (!apiKey) faults.push('Set MODELGATE_API_KEY to the key that callers must send; nobody could come in without one.')
  const mountPath = environment.MOUNT_PATH || '/'
  if (!mountPath.startsWith('/')) faults.push(`MOUNT_PATH: must begin with '/', as /llm does, got '${mountPath}'.`)
  const settings: Settings = {
    apiKey,
    region: environment.AWS_REGION || undefined,
    openaiApiKey: environment.OPENAI_API_KEY || undefined,
    host: environment.HOST || '127.0.0.1',
    port: wholeNumber('PORT', 3000, 65_535),
    mountPath,
    trustProxy: wholeNumber('TRUST_PROXY', 0, 32),
    delayMs: wholeNumber('SHUTDOWN_DELAY_MS', 0),
    graceMs: wholeNumber('SHUTDOWN_GRACE_MS', 30_000),
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return settings
}
