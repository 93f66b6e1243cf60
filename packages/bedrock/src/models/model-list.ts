import type { Model } from '@modelgate/core'
import { type CatalogueView, isOnDemand, type KnownProfile } from '../catalogue/catalogue-view.ts'
import type { FoundationModel } from '../catalogue/control-plane.ts'
import { isEmbeddingModel } from '../embeddings/embedding-families.ts'

/**
 * The chat and embedding models of a region, each by the ids that calls can name: its own where it is served on demand, or where the
 * region has a profile that stands in for it, and those of its inference profiles.
 */
export function toModels({ models, profiles, profileOf }: CatalogueView): readonly Model[] {
  const profilesOf = Map.groupBy(profiles, ({ base }) => base)
  return models
    .filter(isServed)
    .flatMap(model => [
      ...(isOnDemand(model) || profileOf.has(model.modelId) ? [toModel(model)] : []),
      ...(profilesOf.get(model.modelId) ?? []).map(profile => toProfileModel(profile, model)),
    ])
}

/** Chats are text in and text out, streamed by all models that hold any: rerankers, and models that only speak, are told by this. */
function isServed(model: FoundationModel): boolean {
  const { modelId, inputModalities, outputModalities = [], responseStreamingSupported } = model
  if (outputModalities.includes('EMBEDDING')) return isEmbeddingModel(modelId)
  const hears = inputModalities === undefined || inputModalities.includes('TEXT')
  return outputModalities.includes('TEXT') && hears && responseStreamingSupported !== false
}

function toModel(model: FoundationModel): Model {
  const { modelId, modelName, providerName, outputModalities, responseStreamingSupported, modelLifecycle } = model
  const isEmbedding = outputModalities?.includes('EMBEDDING') === true
  return {
    id: modelId,
    object: 'model',
    created: unixSeconds(modelLifecycle?.startOfLifeTime),
    owned_by: providerName ?? 'bedrock',
    ...(modelLifecycle?.endOfLifeTime && { shutdown_date: modelLifecycle.endOfLifeTime.slice(0, 'yyyy-mm-dd'.length) }),
    ...(modelName && { name: modelName }),
    capabilities: {
      operations: [isEmbedding ? 'embeddings' : 'chat'],
      ...(!isEmbedding && responseStreamingSupported !== undefined && { streaming: responseStreamingSupported }),
    },
  }
}

function toProfileModel({ profile, id }: KnownProfile, model: FoundationModel): Model {
  const { inferenceProfileName: name, createdAt } = profile
  const base = toModel(model)
  const created = unixSeconds(createdAt) || base.created
  return { ...base, id, created, ...(name && { name }), base_model: model.modelId }
}

function unixSeconds(time: string | undefined): number {
  const seconds = Math.floor(Date.parse(time ?? '') / 1_000)
  return Number.isNaN(seconds) ? 0 : seconds
}
