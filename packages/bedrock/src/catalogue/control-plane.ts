import type { ApiRequest, BedrockApi } from '../upstream/bedrock-api.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { readJson } from '../wire/read-json.ts'

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html */
export interface FoundationModel {
  readonly modelId: string
  readonly modelName?: string | undefined
  readonly providerName?: string | undefined
  readonly inputModalities?: readonly string[] | undefined
  readonly outputModalities?: readonly string[] | undefined
  readonly responseStreamingSupported?: boolean | undefined
  readonly inferenceTypesSupported?: readonly string[] | undefined
  readonly modelLifecycle?: { readonly startOfLifeTime?: string; readonly endOfLifeTime?: string } | undefined
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_InferenceProfileSummary.html */
export interface InferenceProfile {
  readonly inferenceProfileId: string
  readonly inferenceProfileArn?: string | undefined
  readonly inferenceProfileName?: string | undefined
  readonly status?: string | undefined
  readonly createdAt?: string | undefined
  /** One for each region where its calls may run. */
  readonly models?: readonly { readonly modelArn?: string | undefined }[] | undefined
}

/** Whose profiles: AWS's, across regions, or those that the account made to tell its calls apart. */
export type ProfileType = 'SYSTEM_DEFINED' | 'APPLICATION'

/** A part of a list, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextToken: string | undefined
}

/** Bedrock's control plane, as far as models are listed. Nothing is retried. */
export interface ControlPlane {
  /**
   * All at once: this list has no pages.
   * @throws {GatewayError} as {@link BedrockApi.send} does; `upstream_bad_response` for an answer that is no JSON
   */
  foundationModels(signal: AbortSignal): Promise<Page<FoundationModel>>
  /** @throws {GatewayError} likewise */
  profiles(type: ProfileType, nextToken: string | undefined, signal: AbortSignal): Promise<Page<InferenceProfile>>
}

/** The control plane over the same sending as the data plane: signed here, without the SDK. */
export function createControlPlane(api: BedrockApi): ControlPlane {
  async function get(request: Pick<ApiRequest, 'path' | 'action' | 'query' | 'signal'>): Promise<JsonObject> {
    return readJson<JsonObject>(await api.send({ plane: 'control', method: 'GET', ...request }))
  }
  return {
    async foundationModels(signal) {
      const action = 'bedrock:ListFoundationModels'
      const { modelSummaries } = await get({ path: '/foundation-models', action, signal })
      return { items: itemsOf<FoundationModel>(modelSummaries, 'modelId'), nextToken: undefined }
    },
    async profiles(type, nextToken, signal) {
      const query = { maxResults: '1000', type, ...(nextToken && { nextToken }) }
      const answer = await get({ path: '/inference-profiles', action: 'bedrock:ListInferenceProfiles', query, signal })
      const next = answer.nextToken
      return {
        items: itemsOf<InferenceProfile>(answer.inferenceProfileSummaries, 'inferenceProfileId'),
        nextToken: typeof next === 'string' && next !== '' ? next : undefined,
      }
    },
  }
}

/** Those that have an id: one that is not what it should be must not take the others with it. */
function itemsOf<Item extends object>(value: unknown, idName: keyof Item & string): readonly Item[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  return items.filter((item): item is Item => isJsonObject(item) && typeof item[idName] === 'string')
}
