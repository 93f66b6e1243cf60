import { INFERENCE_PROFILES } from './inference-profiles.ts'
import type { ModelFacts } from './model-facts.ts'
import { BEDROCK_MODELS } from './models.ts'

/** A model id, looked up. */
export interface ResolvedModel {
  readonly facts: ModelFacts
  /** Whether it was named by a profile, which some models insist on. */
  readonly viaProfile: boolean
}

const FOUNDATION_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+::foundation-model\/(.+)$/
const PROFILE_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:(application-)?inference-profile\/(.+)$/

/** Looks up a foundation model's id or ARN, a system profile's id or ARN, or an application profile's ARN. */
export function resolveModel(modelId: string): ResolvedModel | undefined {
  const foundationId = FOUNDATION_ARN.exec(modelId)?.[1] ?? modelId
  const facts = BEDROCK_MODELS.find(model => model.id === foundationId)
  if (facts) return { facts, viaProfile: false }
  const arn = PROFILE_ARN.exec(modelId)
  const type = arn?.[1] === undefined ? 'SYSTEM_DEFINED' : 'APPLICATION'
  const profile = INFERENCE_PROFILES.find(known => known.type === type && known.id === (arn?.[2] ?? modelId))
  return profile && { facts: profile.model, viaProfile: true }
}
