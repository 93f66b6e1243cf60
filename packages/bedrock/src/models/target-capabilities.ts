import type { TargetCapabilities } from '@modelgate/core'
import { isEmbeddingModel } from '../embeddings/embedding-families.ts'
import { contextWindowOf } from './context-windows.ts'
import type { Lane, ModelCapabilities } from './model-capabilities.ts'
import { baseModelOf } from './model-id.ts'
import { modelFamilies } from './models.ts'

/** What is known of models by their ids. */
interface CapabilityRules {
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
  readonly capabilitiesOf: (model: string) => ModelCapabilities
  readonly laneOf: (model: string) => Lane
}

/** What routes need to know of a model. No more is told than what this provider would refuse before Bedrock is asked. */
export function createTargetCapabilities(rules: CapabilityRules): (model: string) => TargetCapabilities {
  return model => {
    const base = baseModelOf(rules.baseOf(model))
    const contextTokens = contextWindowOf(base)
    if (isEmbeddingModel(base)) return { operations: ['embeddings'] }
    switch (rules.laneOf(model)) {
      case 'invoke':
        return { tools: false, images: 0, documents: 0, audio: 0, contextTokens }
      case 'converse':
        return { ...converseCapabilities(base, rules.capabilitiesOf(model)), contextTokens }
      default:
        return { contextTokens }
    }
  }
}

function converseCapabilities(
  base: string,
  { tools, images, documents, video, audio }: ModelCapabilities,
): TargetCapabilities {
  if (!modelFamilies.some(({ prefix }) => base.startsWith(prefix))) return {}
  // A file may be a picture or a film, too.
  const noFiles = images === 0 && documents === 0 && video === 0
  return { tools, images, documents: noFiles ? 0 : undefined, audio }
}
