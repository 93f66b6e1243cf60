import {
  getFoundationModel,
  getInferenceProfile,
  listFoundationModels,
  listInferenceProfiles,
} from './bedrock/control-plane.ts'
import { converse, converseStream } from './bedrock/converse.ts'
import { invoke, invokeStream } from './bedrock/invoke.ts'
import { createJob, getJob, listJobs, stopJob } from './jobs/job-api.ts'
import { cancelBatch, createBatch, listBatches, retrieveBatch } from './openai/batches.ts'
import { chat, chatHandler } from './openai/chat.ts'
import { embeddings } from './openai/embeddings.ts'
import { createFile, deleteFile, listFiles, readFile, retrieveFile } from './openai/files.ts'
import { listModels, retrieveModel } from './openai/model-list.ts'
import { BEDROCK_OPENAI_MODELS } from './openai/models.ts'
import { responses } from './openai/responses/responses.ts'
import type { Handler } from './world.ts'

/** One address of the simulated APIs. */
export interface Route {
  readonly method: string
  /** Matched against the raw path; its first group is the model, still percent-encoded. */
  readonly path: RegExp
  readonly operation: string
  /** Whose credentials open it. */
  readonly auth: 'bedrock' | 'openai'
  /** Whose words refuse what does not fit. */
  readonly dialect: 'bedrock' | 'openai'
  readonly handle: Handler
  /** Whether a body that is no JSON is none of its faults. */
  readonly takesForms?: boolean
}

const bedrock = (method: string, path: RegExp, operation: string, handle: Handler): Route => ({
  method,
  path,
  operation,
  handle,
  auth: 'bedrock',
  dialect: 'bedrock',
})
const openai = (method: string, path: RegExp, operation: string, handle: Handler): Route => ({
  method,
  path,
  operation,
  handle,
  auth: 'openai',
  dialect: 'openai',
})

/** Every address, tried in order. */
const ROUTES: readonly Route[] = [
  bedrock('POST', /^\/model\/([^/]+)\/converse$/, 'converse', converse),
  bedrock('POST', /^\/model\/([^/]+)\/converse-stream$/, 'converse-stream', converseStream),
  bedrock('POST', /^\/model\/([^/]+)\/invoke$/, 'invoke', invoke),
  bedrock('POST', /^\/model\/([^/]+)\/invoke-with-response-stream$/, 'invoke-stream', invokeStream),
  bedrock('GET', /^\/foundation-models$/, 'foundation-models', listFoundationModels),
  bedrock('GET', /^\/foundation-models\/([^/]+)$/, 'foundation-model', getFoundationModel),
  bedrock('GET', /^\/inference-profiles$/, 'inference-profiles', listInferenceProfiles),
  bedrock('GET', /^\/inference-profiles\/([^/]+)$/, 'inference-profile', getInferenceProfile),
  bedrock('POST', /^\/model-invocation-job$/, 'create-job', createJob),
  bedrock('GET', /^\/model-invocation-jobs$/, 'list-jobs', listJobs),
  bedrock('GET', /^\/model-invocation-job\/([^/]+)$/, 'get-job', getJob),
  bedrock('POST', /^\/model-invocation-job\/([^/]+)\/stop$/, 'stop-job', stopJob),
  openai('POST', /^\/v1\/chat\/completions$/, 'chat', chat),
  openai('POST', /^\/v1\/responses$/, 'responses', responses),
  openai('POST', /^\/v1\/embeddings$/, 'embeddings', embeddings),
  { ...openai('POST', /^\/v1\/files$/, 'create-file', createFile), takesForms: true },
  openai('GET', /^\/v1\/files$/, 'list-files', listFiles),
  openai('GET', /^\/v1\/files\/([^/]+)\/content$/, 'read-file', readFile),
  openai('GET', /^\/v1\/files\/([^/]+)$/, 'file', retrieveFile),
  openai('DELETE', /^\/v1\/files\/([^/]+)$/, 'delete-file', deleteFile),
  openai('POST', /^\/v1\/batches$/, 'create-batch', createBatch),
  openai('GET', /^\/v1\/batches$/, 'list-batches', listBatches),
  openai('POST', /^\/v1\/batches\/([^/]+)\/cancel$/, 'cancel-batch', cancelBatch),
  openai('GET', /^\/v1\/batches\/([^/]+)$/, 'batch', retrieveBatch),
  openai('GET', /^\/v1\/models$/, 'models', listModels),
  openai('GET', /^\/v1\/models\/([^/]+)$/, 'model', retrieveModel),
  {
    ...openai('POST', /^\/openai\/v1\/chat\/completions$/, 'chat', chatHandler(BEDROCK_OPENAI_MODELS)),
    auth: 'bedrock',
  },
]

/** An address, recognised. */
export interface RoutedPath {
  readonly route: Route
  readonly model: string | undefined
}

/** Finds the route of a request; undefined where the APIs have none. */
export function routeOf(method: string, path: string): RoutedPath | undefined {
  const [bare = ''] = path.split('?')
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(bare) : null
    if (match) return { route, model: match[1] === undefined ? undefined : decoded(match[1]) }
  }
  return undefined
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
