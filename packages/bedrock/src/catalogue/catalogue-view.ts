import { baseModelOf, isBedrockModel } from '../models/model-id.ts'
import type { FoundationModel, InferenceProfile } from './control-plane.ts'
import { geosOf } from './region-geos.ts'

/** What the control plane listed. */
export interface Listed {
  readonly models: readonly FoundationModel[]
  readonly systemProfiles: readonly InferenceProfile[]
  readonly applicationProfiles: readonly InferenceProfile[]
}

/** A profile and the foundation model behind it. */
export interface KnownProfile {
  readonly profile: InferenceProfile
  /** What calls name: a system profile's id, an application profile's ARN. */
  readonly id: string
  readonly base: string
}

/** What lists of models and calls need to know, worked out once a listing. */
export interface CatalogueView {
  readonly models: readonly FoundationModel[]
  readonly profiles: readonly KnownProfile[]
  /** By the id of a foundation model: the region's profile of it. */
  readonly profileOf: ReadonlyMap<string, string>
  /** The models with a profile that cannot be called without one. */
  readonly profileOnly: ReadonlySet<string>
  /** By the name or the id of an application profile: the ARNs it may mean. Several profiles may share a name. */
  readonly arnsOf: ReadonlyMap<string, readonly string[]>
  /** By the ARN of an application profile: the foundation model behind it. */
  readonly baseOf: ReadonlyMap<string, string>
  /** By the ARN of an application profile: the model or system profile it was made of, at whose price it is billed. */
  readonly sourceOf: ReadonlyMap<string, string>
}

/** Works out what calls need of a listing. Without a region, which a client of the SDK may not have found yet, no profile stands in for a model. */
export function toCatalogueView(listed: Listed, region: string | undefined): CatalogueView {
  const system = listed.systemProfiles.flatMap(profile => known(profile, profile.inferenceProfileId))
  const application = listed.applicationProfiles.flatMap(profile => known(profile, profile.inferenceProfileArn))
  const profileOf = regionalProfiles(system, region === undefined ? [] : geosOf(region))
  const onDemand = new Set(listed.models.filter(isOnDemand).map(({ modelId }) => modelId))
  const bySource = new Map(system.map(({ profile, id }) => [placesOf(profile), id]))
  return {
    models: listed.models,
    profiles: [...system, ...application],
    profileOf,
    // Of a model that is not listed nothing is known but its profile.
    profileOnly: new Set(
      listed.models.map(({ modelId }) => modelId).filter(id => !onDemand.has(id) && profileOf.has(id)),
    ),
    arnsOf: arnsByName(application),
    baseOf: new Map(application.map(({ id, base }) => [id, base])),
    sourceOf: new Map(
      application.flatMap(({ profile, id, base }) => {
        const source = bySource.get(placesOf(profile)) ?? (profile.models?.length === 1 ? base : undefined)
        return source === undefined ? [] : [[id, source] as const]
      }),
    ),
  }
}

/** Whether a model can be called by its own id. */
export function isOnDemand({ inferenceTypesSupported }: FoundationModel): boolean {
  return Array.isArray(inferenceTypesSupported) && inferenceTypesSupported.includes('ON_DEMAND')
}

function known(profile: InferenceProfile, id: string | undefined): readonly KnownProfile[] {
  const { status = 'ACTIVE', models } = profile
  const [first] = Array.isArray(models) ? models : []
  const base = typeof first?.modelArn === 'string' ? baseModelOf(first.modelArn) : ''
  return typeof id === 'string' && id !== '' && status === 'ACTIVE' && base !== '' ? [{ profile, id, base }] : []
}

function regionalProfiles(profiles: readonly KnownProfile[], geos: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const geo of geos) {
    for (const { id, base } of profiles) if (!found.has(base) && id === `${geo}.${base}`) found.set(base, id)
  }
  return found
}

function arnsByName(profiles: readonly KnownProfile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const { profile, id: arn } of profiles) {
    for (const name of new Set([profile.inferenceProfileId, profile.inferenceProfileName])) {
      // A name of one's own that looks like a model's id would take that model's calls.
      if (!name || isBedrockModel(name)) continue
      found.set(name, [...(found.get(name) ?? []), arn])
    }
  }
  return found
}

/** A copy has the models of what it was made of, region by region. */
function placesOf({ models = [] }: InferenceProfile): string {
  const arns = models.map(({ modelArn = '' }) => modelArn)
  return arns.sort((a, b) => (a < b ? -1 : 1)).join(' ')
}
