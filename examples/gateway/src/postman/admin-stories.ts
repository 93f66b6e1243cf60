import type { Folder } from './story.ts'

const messages = [{ role: 'user', content: 'Say exactly: hello' }]

/** The life of a key, and what operators are told. */
export const adminFolder: Folder = {
  name: 'Administration',
  description:
    'Needs a key with the permissions `admin` and `health`. In its order: a key is given out, used, and revoked.',
  stories: [
    {
      name: 'Health in detail, to everybody',
      operationId: 'getDetailedHealth',
      key: 'none',
      tests: [['tells no targets', "pm.expect(body).to.not.have.property('targets')"]],
    },
    {
      name: 'Health in detail, to a key',
      operationId: 'getDetailedHealth',
      key: 'healthKey',
      tests: [['tells the targets', "pm.expect(body.targets).to.be.an('array')"]],
    },
    {
      name: 'Configuration',
      operationId: 'getConfig',
      tests: [['holds no key', "pm.expect(pm.response.text()).to.not.include(pm.environment.get('apiKey'))"]],
    },
    {
      name: 'Configuration, to a key without the permission',
      operationId: 'getConfig',
      key: 'healthKey',
      status: 403,
      tests: [['is refused', "pm.expect(body.error.code).to.eql('permission_denied')"]],
    },
    {
      name: 'A key is given out',
      operationId: 'createKey',
      body: { userId: 'postman', tier: 'basic' },
      status: 201,
      tests: [
        ['is shown', 'pm.expect(body.key).to.match(/^mg_/)'],
        [
          'is kept for the next requests',
          "pm.collectionVariables.set('newKey', body.key); pm.collectionVariables.set('newKeyId', body.apiKeyId)",
        ],
      ],
    },
    {
      name: 'It lets in',
      operationId: 'createChatCompletion',
      key: 'none',
      headers: { 'X-API-Key': '{{newKey}}' },
      body: { model: '{{chatModel}}', messages },
      tests: [
        ['answers', "pm.expect(body.object).to.eql('chat.completion')"],
        ['is found again', "pm.collectionVariables.set('requestId', pm.response.headers.get('x-request-id'))"],
      ],
    },
    {
      name: 'Its call in the request log',
      operationId: 'getRequests',
      params: { requestId: '{{requestId}}' },
      tests: [
        ['names the user', "pm.expect(body.data[0].userId).to.eql('postman')"],
        ['holds no prompt', "pm.expect(pm.response.text()).to.not.include('Say exactly')"],
      ],
    },
    {
      name: 'It is looked up',
      operationId: 'retrieveKey',
      params: { apiKeyId: '{{newKeyId}}' },
      tests: [
        ['is active', "pm.expect(body.state).to.eql('active')"],
        ['is not shown again', "pm.expect(body).to.not.have.property('key')"],
      ],
    },
    {
      name: 'What it has spent',
      operationId: 'getBudget',
      query: { key: '{{newKeyId}}' },
      tests: [['is told of this key', "pm.expect(body.name).to.eql(pm.collectionVariables.get('newKeyId'))"]],
    },
    {
      name: 'All keys',
      operationId: 'listKeys',
      tests: [['are listed', "pm.expect(body.data).to.be.an('array')"]],
    },
    {
      name: 'It is revoked',
      operationId: 'revokeKey',
      params: { apiKeyId: '{{newKeyId}}' },
      tests: [['is refused from then on', "pm.expect(body.state).to.eql('revoked')"]],
    },
    {
      name: 'It lets in no more',
      operationId: 'listModels',
      key: 'none',
      headers: { 'X-API-Key': '{{newKey}}' },
      status: 401,
      tests: [['is refused', "pm.expect(body.error.code).to.eql('unauthenticated')"]],
    },
    {
      name: 'Metrics',
      operationId: 'getMetrics',
      tests: [['count calls', 'pm.expect(body.total.calls).to.be.above(0)']],
    },
    {
      name: 'Metrics for Prometheus',
      operationId: 'getPrometheusMetrics',
      tests: [['have their types', "pm.expect(pm.response.text()).to.include('# TYPE ')"]],
    },
    {
      name: "A target's breaker is closed",
      operationId: 'resetTarget',
      params: { target: 'openai/gpt-4o-mini' },
      tests: [['says how it stands', "pm.expect(body.data[0].breaker).to.eql('closed')"]],
    },
    {
      name: 'All breakers are closed',
      operationId: 'resetTargets',
      tests: [['says how they stand', "pm.expect(body.data).to.be.an('array')"]],
    },
  ],
}
