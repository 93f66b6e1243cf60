import type { ModelFacts } from './model-facts.ts'
import { BEDROCK_MODELS } from './models.ts'

/** The account every ARN of the simulator belongs to. */
export const ACCOUNT = '123456789012'
/** The region its ARNs name; requests may be signed for any. */
export const REGION = 'us-east-1'

/** A cross-region or application inference profile. */
export interface InferenceProfile {
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION'
  readonly model: ModelFacts
}

const GEO_NAMES: Readonly<Record<string, string>> = {
  us: 'US',
  eu: 'EU',
  apac: 'APAC',
  jp: 'JP',
  au: 'AU',
  global: 'GLOBAL',
}

const system: readonly InferenceProfile[] = BEDROCK_MODELS.flatMap(model =>
  model.geos.map(geo => ({
    id: `${geo}.${model.id}`,
    arn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/${geo}.${model.id}`,
    name: `${GEO_NAMES[geo] ?? geo} ${model.provider} ${model.name}`,
    type: 'SYSTEM_DEFINED' as const,
    model,
  })),
)

const APPLICATIONS: readonly (readonly [id: string, name: string, model: string])[] = [
  ['a1b2c3d4e5f6', 'team-search', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['f6e5d4c3b2a1', 'team-support', 'amazon.nova-lite-v1:0'],
]

const application: readonly InferenceProfile[] = APPLICATIONS.flatMap(([id, name, modelId]) =>
  BEDROCK_MODELS.filter(model => model.id === modelId).map(model => ({
    id,
    arn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:application-inference-profile/${id}`,
    name,
    type: 'APPLICATION' as const,
    model,
  })),
)

/** Every profile, those of AWS first. */
export const INFERENCE_PROFILES: readonly InferenceProfile[] = [...system, ...application]

/** The ARN of a foundation model. */
export function modelArn(model: ModelFacts): string {
  return `arn:aws:bedrock:${REGION}::foundation-model/${model.id}`
}
