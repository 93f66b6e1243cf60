import type { Folder } from './story.ts'

const list = { operationId: 'listModels' } as const
const isList = ['lists models', "pm.expect(body.object).to.eql('list')"] as const
const isRefused = ["is refused in OpenAI's shape", "pm.expect(body.error.code).to.eql('unauthenticated')"] as const
const asksForKey = [
  'asks for a key',
  "pm.expect(pm.response.headers.get('www-authenticate')).to.eql('Bearer')",
] as const

/** What needs no key. */
export const healthFolder: Folder = {
  name: 'Health and documents',
  description: 'Public: nobody is asked for a key.',
  stories: [
    {
      name: 'Liveness',
      operationId: 'getLiveness',
      key: 'none',
      tests: [['lives', "pm.expect(body.status).to.eql('ok')"]],
    },
    {
      name: 'Liveness, behind the stage',
      operationId: 'getLiveness',
      stage: '/v1',
      key: 'none',
      tests: [['lives', "pm.expect(body.status).to.eql('ok')"]],
    },
    {
      name: 'Health',
      operationId: 'getHealth',
      key: 'none',
      tests: [['has a status', "pm.expect(body.status).to.be.a('string')"]],
    },
    {
      name: "The API's document",
      operationId: 'getOpenApi',
      key: 'none',
      tests: [['is OpenAPI 3.1', 'pm.expect(body.openapi).to.match(/^3\\.1/)']],
    },
  ],
}

/** The three ways of sending a key, and what comes of none. */
export const keyFolder: Folder = {
  name: 'Authentication',
  description: 'Strangers hear whether a key came, and nothing else of it.',
  stories: [
    { ...list, name: 'X-API-Key', tests: [isList] },
    {
      ...list,
      name: 'Authorization: Bearer',
      key: 'none',
      headers: { Authorization: 'Bearer {{apiKey}}' },
      tests: [isList],
    },
    {
      ...list,
      name: 'Authorization: ApiKey',
      key: 'none',
      headers: { Authorization: 'ApiKey {{apiKey}}' },
      tests: [isList],
    },
    { ...list, name: 'No key', key: 'none', status: 401, tests: [isRefused, asksForKey] },
    {
      ...list,
      name: 'A key that nobody has',
      key: 'none',
      headers: { 'X-API-Key': 'sk-nobody' },
      status: 401,
      tests: [isRefused, asksForKey],
    },
    {
      ...list,
      name: 'A key of the free tier',
      key: 'freeKey',
      tests: [
        [
          'may ask ten times a minute',
          "pm.expect(pm.response.headers.get('ratelimit-policy')).to.include('q=10;w=60')",
        ],
      ],
    },
    {
      ...list,
      name: 'A key without the permission',
      key: 'healthKey',
      status: 403,
      tests: [
        ['is refused', "pm.expect(body.error.code).to.eql('permission_denied')"],
        ['names the permission', "pm.expect(body.error.message).to.include('completions')"],
      ],
    },
  ],
}

/** What can be asked for. */
export const modelFolder: Folder = {
  name: 'Models and vectors',
  description: 'The routes, then what the providers serve.',
  stories: [
    {
      name: 'One model',
      operationId: 'retrieveModel',
      params: { id: '{{chatModel}}' },
      tests: [['is a model', "pm.expect(body.object).to.eql('model')"]],
    },
    {
      name: 'A model that nobody has',
      operationId: 'retrieveModel',
      params: { id: 'no-such-model' },
      status: 404,
      tests: [['says so', "pm.expect(body.error.code).to.eql('model_not_found')"]],
    },
    {
      name: 'A vector',
      operationId: 'createEmbedding',
      body: { model: '{{embeddingModel}}', input: 'hello' },
      tests: [['is one of numbers', "pm.expect(body.data[0].embedding[0]).to.be.a('number')"]],
    },
    {
      name: 'Vectors as base64',
      operationId: 'createEmbedding',
      body: { model: '{{embeddingModel}}', input: ['one', 'two'], encoding_format: 'base64' },
      tests: [
        ['are two', 'pm.expect(body.data).to.have.lengthOf(2)'],
        ['are texts', "pm.expect(body.data[0].embedding).to.be.a('string')"],
      ],
    },
  ],
}
