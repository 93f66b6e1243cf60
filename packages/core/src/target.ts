/** Where an attempt goes: a provider's id and the upstream's own model id. Data alone, so that it can be logged and compared. */
export interface Target {
  readonly provider: string
  readonly model: string
}

/** One that is kept, with its name: each of its calls asks for that several times, and a text that is the same is found in a map at once. */
class NamedTarget implements Target {
  readonly provider: string
  readonly model: string
  readonly #name: string

  constructor(provider: string, model: string) {
    this.provider = provider
    this.model = model
    this.#name = nameOf(provider, model)
  }

  static nameOf(target: Target): string {
    return #name in target ? target.#name : nameOf(target.provider, target.model)
  }
}

/** A target for many calls. */
export function toTarget(provider: string, model: string): Target {
  return new NamedTarget(provider, model)
}

/** `provider/model`, as targets are written in routes, headers, logs and metrics. */
export function targetName(target: Target): string {
  return NamedTarget.nameOf(target)
}

function nameOf(provider: string, model: string): string {
  return `${provider}/${model}`
}
