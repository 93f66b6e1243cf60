import type { OpenApiDocument } from '../openapi/openapi-document.ts'
import { adminFolder } from './admin-stories.ts'
import { batchFolder } from './batch-stories.ts'
import { completionFolder, performanceFolder, streamFolder } from './call-stories.ts'
import { toItem } from './collection-item.ts'
import { errorFolder, upstreamFolder } from './error-stories.ts'
import { healthFolder, keyFolder, modelFolder } from './key-stories.ts'
import { responseFolder } from './response-stories.ts'
import type { Folder, Story } from './story.ts'

/** In this order; what is told of upstreams to fail comes last. */
const folders: readonly Folder[] = [
  healthFolder,
  keyFolder,
  modelFolder,
  completionFolder,
  streamFolder,
  responseFolder,
  batchFolder,
  errorFolder,
  performanceFolder,
  adminFolder,
]

/** Every story that is told by hand. */
export const allStories: readonly Story[] = [...folders, upstreamFolder].flatMap(({ stories }) => stories)

/** Postman's collection format 2.1, as far as this one uses it. https://schema.postman.com/ */
interface PostmanCollection {
  readonly info: Readonly<Record<string, string>>
  readonly item: readonly { readonly name: string; readonly item: readonly object[] }[]
  readonly [part: string]: unknown
}

/**
 * The collection of a document's operations: the stories of each, and a plain request of each that has none.
 * @throws {TypeError} for a story of an operation or example that the document does not have
 */
export function postmanCollection(document: OpenApiDocument): PostmanCollection {
  const rest = untold(document)
  const all = rest.stories.length > 0 ? [...folders, rest, upstreamFolder] : [...folders, upstreamFolder]
  return {
    info: {
      _postman_id: '6d9b1f0e-3c57-4f0a-9a43-6f0d2c8e7b11',
      name: 'AI Model Gateway',
      description: 'Generated from the API’s document and from stories; see POSTMAN-TESTING-GUIDE.md.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: {
      type: 'apikey',
      apikey: [
        { key: 'key', value: 'X-API-Key', type: 'string' },
        { key: 'value', value: '{{apiKey}}', type: 'string' },
        { key: 'in', value: 'header', type: 'string' },
      ],
    },
    item: all.map(({ name, description, stories }) => ({
      name,
      description,
      item: stories.map(story => toItem(story, document)),
    })),
  }
}

/** Reading operations without a story: they must answer as the document says. */
function untold(document: OpenApiDocument): Folder {
  const told = new Set(allStories.map(({ operationId }) => operationId))
  const stories = Object.values(document.paths).flatMap(operations =>
    Object.entries(operations)
      .filter(([method, { operationId, parameters = [] }]) => {
        return method === 'get' && !told.has(operationId) && !parameters.some(parameter => parameter.in === 'path')
      })
      .map(
        ([, { operationId, summary, security }]): Story => ({
          name: summary,
          operationId,
          key: security.length === 0 ? 'none' : 'apiKey',
        }),
      ),
  )
  return { name: 'Others', description: 'Operations of which no story is told yet.', stories }
}

/** The variables of the collection, for the gateway that the testing guide starts. */
export function postmanEnvironment(): object {
  const values: Readonly<Record<string, string>> = {
    baseUrl: 'http://127.0.0.1:3000',
    simulatorUrl: 'http://127.0.0.1:4010',
    apiKey: 'sk-test123456789abcdef',
    freeKey: 'sk-postman-free',
    healthKey: 'sk-postman-health',
    oncePerMinuteKey: 'sk-postman-once',
    chatModel: 'fast',
    embeddingModel: 'embed',
    maxResponseMs: '2000',
  }
  return {
    id: 'b1f2c8a4-52c6-4b0c-9a1e-1f3f7f0e5d22',
    name: 'AI Model Gateway (simulator)',
    values: Object.entries(values).map(([key, value]) => ({ key, value, type: 'default', enabled: true })),
    _postman_variable_scope: 'environment',
  }
}
