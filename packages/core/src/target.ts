/** Where an attempt goes: a provider's id and the upstream's own model id. Data alone, so that it can be logged and compared. */
export interface Target {
  readonly provider: string
  readonly model: string
}

/** `provider/model`, as targets are written in routes, headers, logs and metrics. */
export function targetName({ provider, model }: Target): string {
  return `${provider}/${model}`
}
