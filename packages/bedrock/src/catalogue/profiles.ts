import type { Model, PriceTerms } from '@modelgate/core'
import { toModels } from '../models/model-list.ts'
import type { BedrockApi } from '../upstream/bedrock-api.ts'
import { Catalogue } from './catalogue.ts'
import { createControlPlane } from './control-plane.ts'
import { ModelResolver, type ProfileOptions } from './model-resolver.ts'

/** Whose models and profiles, and where. */
export interface Account {
  /** Signed with its credentials. */
  readonly control: BedrockApi
  /** `undefined` while it is not known. */
  readonly region: () => string | undefined
}

/** What a provider knows of models and profiles. */
interface Profiles {
  readonly resolver: ModelResolver
  /**
   * The models that can be called: the provider's own, or those of a caller's account, which are forgotten.
   * @throws {GatewayError} as {@link Catalogue.list} does
   */
  models(signal: AbortSignal, caller?: Account): Promise<readonly Model[]>
  /** For one call of a caller with keys of its own: profiles are looked for where Bedrock asks for one, and forgotten. */
  resolverFor(caller: Account): ModelResolver
  /** The model or system profile at whose price an id is billed. Of a caller's account nothing is known. */
  readonly pricedAs: (model: string, terms: PriceTerms) => string
}

/** Does no I/O before it is asked. */
export function createProfiles(
  own: Account,
  options: ProfileOptions & { readonly baseModels: ReadonlyMap<string, string> },
): Profiles {
  const { baseModels, crossRegionInference, applicationInferenceProfiles } = options
  const catalogueOf = ({ control, region }: Account): Catalogue =>
    new Catalogue({
      control: createControlPlane(control),
      region,
      applicationProfiles: applicationInferenceProfiles === true,
    })
  const catalogue = catalogueOf(own)
  const resolver = new ModelResolver({ catalogue, baseModels, crossRegionInference, applicationInferenceProfiles })
  return {
    resolver,
    models: async (signal, caller) => toModels(await (caller ? catalogueOf(caller) : catalogue).list(signal)),
    resolverFor: caller => new ModelResolver({ catalogue: catalogueOf(caller), baseModels }),
    pricedAs: (model, { callerCredentials }) =>
      callerCredentials ? (baseModels.get(model) ?? model) : resolver.pricedAs(model),
  }
}
