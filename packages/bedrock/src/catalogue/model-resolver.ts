import { GatewayError, isGatewayError } from '@modelgate/core'
import { baseModelOf, isBedrockModel } from '../models/model-id.ts'
import { remembered } from '../remembered.ts'
import type { Catalogue } from './catalogue.ts'

/** What an operator decides about profiles. */
export interface ProfileOptions {
  /**
   * Whether a bare model id is called by the region's inference profile wherever there is one. Default false: only where Bedrock serves the
   * model in no other way. Calls then run in all regions of that geography; a `global.` profile is never chosen, only named.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
   */
  readonly crossRegionInference?: boolean | undefined
  /**
   * Whether the account's application inference profiles are listed, can be named by id and name as by ARN, and are known for what their
   * model can do and costs. Default false: then an ARN passes as it is, and `baseModels` says what is behind it.
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-create.html
   */
  readonly applicationInferenceProfiles?: boolean | undefined
}

/** What resolving models takes. */
interface ResolverParts extends ProfileOptions {
  readonly catalogue: Catalogue
  /** The operator's own word on what is behind an ARN. */
  readonly baseModels: ReadonlyMap<string, string>
}

/** How an id is looked at: `exact` goes out as it is, `bare` may need a profile, `application` may be one. */
type Kind = 'exact' | 'bare' | 'application'

/** So many models that Bedrock refused without a profile are remembered; then all are forgotten: callers choose model ids. */
const maxRefused = 500

/** Says what models stand for, by what the catalogue knows. */
export class ModelResolver {
  readonly #parts: ResolverParts
  readonly #kindOf: (model: string) => Kind
  /** Models that Bedrock refused without a profile, whatever its list says. */
  readonly #refused = new Set<string>()

  constructor(parts: ResolverParts) {
    this.#parts = parts
    this.#kindOf = remembered(model => kindOf(model, parts))
  }

  /** Whether an id is called as it stands, and nothing more can be known of it. */
  isExact(model: string): boolean {
    return this.#kindOf(model) === 'exact'
  }

  /** Whether what is behind an id is known for good. */
  isSettled(model: string): boolean {
    return this.#kindOf(model) !== 'application'
  }

  /**
   * What is called in place of a model, as far as is known now.
   * @throws {GatewayError} `invalid_request` for a name that several application profiles share
   */
  calledAs(model: string): string {
    const { view } = this.#parts.catalogue
    if (!view || this.isExact(model)) return model
    if (this.#kindOf(model) === 'bare') {
      const needed =
        this.#parts.crossRegionInference === true || view.profileOnly.has(model) || this.#refused.has(model)
      return (needed && view.profileOf.get(model)) || model
    }
    const arns = view.arnsOf.get(model)
    if (arns && arns.length > 1) throw sharedName(model, arns)
    return arns?.[0] ?? model
  }

  /** What to wait for before a call of this model; `undefined`: nothing. */
  ready(model: string): Promise<void> | undefined {
    const { catalogue, crossRegionInference } = this.#parts
    const wanted = this.#kindOf(model) === 'application' || crossRegionInference === true
    return wanted ? catalogue.ready() : undefined
  }

  /** What to wait for after Bedrock has refused a model without a profile, which is remembered; `undefined`: nothing. */
  refused(model: string): Promise<void> | undefined {
    if (this.#refused.size >= maxRefused) this.#refused.clear()
    this.#refused.add(model)
    return this.#parts.catalogue.ready({ isRefused: true })
  }

  /** The foundation model behind an id, or an id that says which it is; the id itself where nobody knows. */
  baseOf(model: string): string {
    const told = this.#parts.baseModels.get(model)
    if (told !== undefined || this.isExact(model)) return told ?? model
    const arn = this.#peek(model)
    return this.#parts.baseModels.get(arn) ?? this.#parts.catalogue.view?.baseOf.get(arn) ?? arn
  }

  /** The model or system profile at whose price an id is billed; the id itself where nobody knows. */
  pricedAs(model: string): string {
    const told = this.#parts.baseModels.get(model)
    if (told !== undefined || this.isExact(model)) return told ?? model
    const called = this.#peek(model)
    return this.#parts.baseModels.get(called) ?? this.#parts.catalogue.view?.sourceOf.get(called) ?? called
  }

  /** Without an error for a shared name: of that, nothing is known. */
  #peek(model: string): string {
    const arns = this.#parts.catalogue.view?.arnsOf.get(model)
    return arns && arns.length > 1 ? model : this.calledAs(model)
  }
}

const applicationArn = /^arn:[^/]*:application-inference-profile\//

function kindOf(model: string, { applicationInferenceProfiles, baseModels }: ResolverParts): Kind {
  if (isBedrockModel(model)) {
    if (!model.startsWith('arn:')) return baseModelOf(model) === model ? 'bare' : 'exact'
    const isOpaque = applicationArn.test(model) && !baseModels.has(model)
    return isOpaque && applicationInferenceProfiles ? 'application' : 'exact'
  }
  // Whatever else has been named: it may be a profile's own name.
  return applicationInferenceProfiles && !model.startsWith('arn:') ? 'application' : 'exact'
}

function sharedName(name: string, arns: readonly string[]): GatewayError {
  return new GatewayError(
    'invalid_request',
    `'${name.slice(0, 200)}' is the name of ${arns.length} application inference profiles; name one by its ARN, as GET /v1/models lists them.`,
    { param: 'model' },
  )
}

/** Whether Bedrock refused a model because it is served by profiles only. */
export function wantsProfile(error: unknown): boolean {
  return (
    isGatewayError(error) &&
    error.code === 'model_not_found' &&
    /with on-demand throughput isn.t supported/i.test(error.message)
  )
}
