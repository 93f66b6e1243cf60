import type { CatalogueClock } from '../../src/catalogue/catalogue.ts'
import type { ControlPlane, FoundationModel, InferenceProfile, Page } from '../../src/catalogue/control-plane.ts'

/** Time that stands still until it is told to pass. */
export class HandClock implements CatalogueClock {
  #nowMs = 0
  readonly #due: { readonly at: number; readonly act: () => void }[] = []

  now(): number {
    return this.#nowMs
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.#nowMs + ms, act }
    this.#due.push(timer)
    return () => {
      const index = this.#due.indexOf(timer)
      if (index >= 0) this.#due.splice(index, 1)
    }
  }

  /** Lets so much time pass, timer after timer, and what waits for each go on. */
  async pass(ms: number): Promise<void> {
    const until = this.#nowMs + ms
    for (;;) {
      await aTurn()
      const next = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#due.splice(this.#due.indexOf(next), 1)
      this.#nowMs = Math.max(this.#nowMs, next.at)
      next.act()
    }
    this.#nowMs = until
    await aTurn()
  }
}

/** All that is ready goes on. */
export function aTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** What each list answers, call after call; the last answer stands. A function may hang or throw. */
export interface Script {
  readonly models?: readonly (() => Promise<Page<FoundationModel>>)[]
  readonly system?: readonly (() => Promise<Page<InferenceProfile>>)[]
  readonly application?: readonly (() => Promise<Page<InferenceProfile>>)[]
}

/** A control plane that answers as it is told, and counts. */
export function aControlPlane(script: Script) {
  const asked = { models: 0, system: 0, application: 0 }
  const empty = { items: [], nextToken: undefined }
  function answer<Item>(name: keyof Script, list: readonly (() => Promise<Page<Item>>)[] = []): Promise<Page<Item>> {
    const at = Math.min(asked[name], list.length - 1)
    asked[name] += 1
    return list[at]?.() ?? Promise.resolve(empty)
  }
  const control: ControlPlane = {
    foundationModels: () => answer('models', script.models),
    profiles: type =>
      type === 'APPLICATION' ? answer('application', script.application) : answer('system', script.system),
  }
  return { control, asked }
}

/** A page that comes at once. */
export const page =
  <Item>(items: readonly Item[], nextToken?: string) =>
  (): Promise<Page<Item>> =>
    Promise.resolve({ items, nextToken })

/** A model that is served on demand, or by profiles only. */
export function aModel(modelId: string, onDemand = true): FoundationModel {
  const inferenceTypesSupported = [onDemand ? 'ON_DEMAND' : 'INFERENCE_PROFILE']
  return { modelId, inferenceTypesSupported, outputModalities: ['TEXT'] }
}

/** A profile over a model in some regions; the last part of an ARN where its id is one. */
export function aProfile(id: string, base: string, more: Partial<InferenceProfile> & { regions?: string[] } = {}) {
  const { regions = ['us-east-1', 'us-west-2'], ...rest } = more
  const models = regions.map(region => ({ modelArn: `arn:aws:bedrock:${region}::foundation-model/${base}` }))
  return { inferenceProfileId: id, inferenceProfileArn: applicationArn(id), status: 'ACTIVE', models, ...rest }
}

/** The ARN of an application profile. */
export function applicationArn(id: string): string {
  return `arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/${id}`
}
