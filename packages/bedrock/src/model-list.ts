import { isGatewayError, type Model } from '@modelgate/core'
import type { ApiRequest, BedrockApi } from './bedrock-api.ts'
import { baseModelOf } from './model-id.ts'
import { readJson } from './read-json.ts'

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html */
interface FoundationModel {
  readonly modelId: string
  readonly providerName?: string
  readonly outputModalities?: readonly string[]
  readonly inferenceTypesSupported?: readonly string[]
  readonly modelLifecycle?: { readonly startOfLifeTime?: string }
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_InferenceProfileSummary.html */
interface InferenceProfile {
  readonly inferenceProfileId: string
  readonly inferenceProfileArn?: string
  readonly type?: string
  readonly status?: string
  readonly models?: readonly { readonly modelArn?: string }[]
}

/**
 * The text and embedding models of the region, each by the ids that calls can name: its own where it is served on demand, and
 * those of its inference profiles.
 */
export async function listModels(api: BedrockApi, signal: AbortSignal): Promise<readonly Model[]> {
  const [{ modelSummaries = [] }, profiles] = await Promise.all([
    getJson<{ modelSummaries?: FoundationModel[] }>(api, {
      path: '/foundation-models',
      action: 'bedrock:ListFoundationModels',
      signal,
    }),
    listProfiles(api, signal),
  ])
  const usable = modelSummaries.filter(({ outputModalities = [] }) =>
    outputModalities.some(modality => modality === 'TEXT' || modality === 'EMBEDDING'),
  )
  return usable.flatMap(model => [
    ...(model.inferenceTypesSupported?.includes('ON_DEMAND') ? [toModel(model.modelId, model)] : []),
    ...profiles.filter(profile => profile.base === model.modelId).map(profile => toModel(profile.id, model)),
  ])
}

async function listProfiles(
  api: BedrockApi,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly base: string }[]> {
  const profiles: InferenceProfile[] = []
  let nextToken: string | undefined
  try {
    do {
      const query = { maxResults: '1000', ...(nextToken && { nextToken }) }
      const page: ProfilePage = await getJson<ProfilePage>(api, {
        path: '/inference-profiles',
        action: 'bedrock:ListInferenceProfiles',
        query,
        signal,
      })
      profiles.push(...(page.inferenceProfileSummaries ?? []))
      nextToken = page.nextToken ?? undefined
    } while (nextToken)
  } catch (error) {
    // Roles made before inference profiles may list models only.
    if (!isGatewayError(error) || error.code !== 'upstream_auth_failed') throw error
  }
  return profiles
    .filter(({ status = 'ACTIVE' }) => status === 'ACTIVE')
    .map(profile => ({
      // An application profile can be called by its ARN only.
      id: (profile.type === 'APPLICATION' && profile.inferenceProfileArn) || profile.inferenceProfileId,
      base: baseModelOf(profile.models?.[0]?.modelArn ?? ''),
    }))
}

interface ProfilePage {
  readonly inferenceProfileSummaries?: InferenceProfile[]
  readonly nextToken?: string | null
}

async function getJson<T extends object>(
  api: BedrockApi,
  request: Pick<ApiRequest, 'path' | 'action' | 'query' | 'signal'>,
): Promise<T> {
  return readJson<T>(await api.send({ plane: 'control', method: 'GET', ...request }))
}

function toModel(id: string, { providerName, modelLifecycle }: FoundationModel): Model {
  const created = Math.floor(Date.parse(modelLifecycle?.startOfLifeTime ?? '') / 1_000)
  return { id, object: 'model', created: Number.isNaN(created) ? 0 : created, owned_by: providerName ?? 'bedrock' }
}
