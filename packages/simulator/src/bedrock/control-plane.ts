import { parseAuthorization } from '../auth/sigv4.ts'
import type { JsonObject } from '../json.ts'
import { sortedJson } from '../json.ts'
import { randomUuid } from '../random.ts'
import { type Script, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import {
  INFERENCE_PROFILES,
  type InferenceProfile,
  isIn,
  modelArn,
  profileModels,
  REGION,
} from './inference-profiles.ts'
import type { ModelFacts } from './model-facts.ts'
import { BEDROCK_MODELS } from './models.ts'

/** Small on purpose: whoever reads only the first page shall notice. AWS's own default is larger. */
const PAGE = 20
const MAX_PAGE = 1000
const CREATED = '2026-01-01T00:00:00Z'

function ok({ world }: Visit, body: JsonObject): Script {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUuid(world.random) }
  return wholeScript(world.bedrock, { status: 200, headers, text: sortedJson(body) })
}

function modelSummary(model: ModelFacts): JsonObject {
  const onDemand = model.onDemand ? ['ON_DEMAND'] : []
  return {
    modelArn: modelArn(model),
    modelId: model.id,
    modelName: model.name,
    providerName: model.provider,
    inputModalities: model.images ? ['TEXT', 'IMAGE'] : ['TEXT'],
    outputModalities: model.kind === 'embedding' ? ['EMBEDDING'] : ['TEXT'],
    responseStreamingSupported: model.streaming,
    customizationsSupported: [],
    inferenceTypesSupported: [...onDemand, ...(model.geos.length > 0 ? ['INFERENCE_PROFILE'] : [])],
    modelLifecycle: { status: 'ACTIVE' },
  }
}

const FILTERS: Readonly<Record<string, (model: ModelFacts, wanted: string) => boolean>> = {
  byProvider: (model, wanted) => model.provider.toLowerCase() === wanted.toLowerCase(),
  byOutputModality: (model, wanted) => (model.kind === 'embedding' ? 'EMBEDDING' : 'TEXT') === wanted,
  byInferenceType: (model, wanted) => wanted === 'ON_DEMAND' && model.onDemand,
  byCustomizationType: () => false,
}

/** Handles ListFoundationModels, which has no pages. */
export function listFoundationModels(visit: Visit): Script {
  const filters = Object.entries(FILTERS).flatMap(([name, keep]) => {
    const wanted = visit.query.get(name)
    return wanted === null ? [] : [(model: ModelFacts) => keep(model, wanted)]
  })
  const models = BEDROCK_MODELS.filter(model => filters.every(keep => keep(model)))
  return ok(visit, { modelSummaries: models.map(modelSummary) })
}

/** Handles GetFoundationModel. */
export function getFoundationModel(visit: Visit): Script {
  const id = visit.model.split('foundation-model/').at(-1)
  const model = BEDROCK_MODELS.find(known => known.id === id)
  if (!model) return notFound(visit, 'Could not resolve the foundation model from the provided model identifier.')
  return ok(visit, { modelDetails: modelSummary(model) })
}

function profileSummary(profile: InferenceProfile, region: string): JsonObject {
  const { id, arn, name, type, model } = profile
  return {
    inferenceProfileId: id,
    inferenceProfileArn: arn,
    inferenceProfileName: name,
    description: `Routes requests to ${model.name}.`,
    status: 'ACTIVE',
    type,
    models: profileModels(profile, region).map(arnOfModel => ({ modelArn: arnOfModel })),
    createdAt: CREATED,
    updatedAt: CREATED,
  }
}

/** The region that a request is signed for; an API key says none. */
function regionOf({ arrival }: Visit): string {
  return parseAuthorization(arrival.headers.authorization ?? '')?.region ?? REGION
}

/** Handles ListInferenceProfiles, page by page: those that can be called from the region asked. */
export function listInferenceProfiles(visit: Visit): Script {
  const { query, world } = visit
  const type = query.get('type')
  const size = Number(query.get('maxResults') ?? PAGE)
  const start = Number(query.get('nextToken') ?? 0)
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE || !Number.isInteger(start))
    return world.bedrock.failure({ status: 400, message: 'The provided maxResults or nextToken is not valid.' })
  const region = regionOf(visit)
  const profiles = INFERENCE_PROFILES.filter(
    profile => isIn(profile, region) && (type === null || profile.type === type),
  )
  const end = start + size
  const summaries = profiles.slice(start, end).map(profile => profileSummary(profile, region))
  return ok(visit, {
    inferenceProfileSummaries: summaries,
    ...(end < profiles.length ? { nextToken: String(end) } : {}),
  })
}

/** Handles GetInferenceProfile, by id or ARN. */
export function getInferenceProfile(visit: Visit): Script {
  const profile = INFERENCE_PROFILES.find(({ id, arn }) => id === visit.model || arn === visit.model)
  return profile
    ? ok(visit, profileSummary(profile, regionOf(visit)))
    : notFound(visit, 'The specified inference profile was not found.')
}

function notFound({ world }: Visit, message: string): Script {
  return world.bedrock.failure({ status: 404, message })
}
