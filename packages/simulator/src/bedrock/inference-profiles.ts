import { GEOGRAPHIES } from './geographies.ts'
import type { ModelFacts } from './model-facts.ts'
import { BEDROCK_MODELS } from './models.ts'

/** The account every ARN of the simulator belongs to. */
const ACCOUNT = '123456789012'
/** The region its ARNs name; requests may be signed for any. */
export const REGION = 'us-east-1'

/** A cross-region or application inference profile. */
export interface InferenceProfile {
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION'
  readonly model: ModelFacts
  /** Of a system profile, or of the one that an application profile was made of; undefined where that was a model itself. */
  readonly geo: string | undefined
}

const system: readonly InferenceProfile[] = BEDROCK_MODELS.flatMap(model =>
  model.geos.map(geo => ({
    id: `${geo}.${model.id}`,
    arn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/${geo}.${model.id}`,
    name: `${GEOGRAPHIES[geo]?.name ?? geo} ${model.provider} ${model.name}`,
    type: 'SYSTEM_DEFINED' as const,
    model,
    geo,
  })),
)

const APPLICATIONS: readonly (readonly [id: string, name: string, model: string, geo?: string])[] = [
  ['a1b2c3d4e5f6', 'team-search', 'anthropic.claude-sonnet-4-5-20250929-v1:0', 'us'],
  ['f6e5d4c3b2a1', 'team-support', 'amazon.nova-lite-v1:0'],
]

const application: readonly InferenceProfile[] = APPLICATIONS.flatMap(([id, name, modelId, geo]) =>
  BEDROCK_MODELS.filter(model => model.id === modelId).map(model => ({
    id,
    arn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:application-inference-profile/${id}`,
    name,
    type: 'APPLICATION' as const,
    model,
    geo,
  })),
)

/** Every profile, those of AWS first. */
export const INFERENCE_PROFILES: readonly InferenceProfile[] = [...system, ...application]

/** Whether a profile can be called from a region, and is listed there. */
export function isIn({ type, geo }: InferenceProfile, region: string): boolean {
  return type === 'APPLICATION' || (geo !== undefined && GEOGRAPHIES[geo]?.sources.test(region) === true)
}

/** The models behind a profile, one for each region where its calls may run. */
export function profileModels({ geo, model }: InferenceProfile, region: string): readonly string[] {
  const destinations = geo === undefined ? [REGION] : (GEOGRAPHIES[geo]?.destinations(region) ?? [])
  return destinations.map(destination => modelArn(model, destination))
}

/** The ARN of a foundation model. */
export function modelArn(model: ModelFacts, region: string = REGION): string {
  return `arn:aws:bedrock:${region}::foundation-model/${model.id}`
}
