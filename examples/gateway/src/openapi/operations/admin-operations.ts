import type { OperationDoc } from '../operation.ts'

const tag = 'Administration'
const moment = { type: 'string', format: 'date-time' }
const ofSchema = (schema: string): OperationDoc['answers'][number]['content'] => ({ 'application/json': { schema } })

/** `GET /api/v1/admin/config` */
export const configOperation: OperationDoc = {
  summary: 'What this process runs with',
  tag,
  answers: { 200: { description: 'Without secrets.', content: ofSchema('Configuration') } },
}

/** `GET /api/v1/admin/metrics` */
export const metricsOperation: OperationDoc = {
  summary: 'What was counted',
  tag,
  parameters: [
    {
      name: 'scope',
      in: 'query',
      description: 'Of this process, or of all of them, where counters are kept that all see.',
      schema: { type: 'string', enum: ['instance', 'fleet'], default: 'instance' },
    },
    { name: 'from', in: 'query', description: 'Of a fleet: ISO 8601. Default: an hour before `to`.', schema: moment },
    { name: 'to', in: 'query', description: 'Of a fleet: ISO 8601. Default: now.', schema: moment },
  ],
  answers: { 200: { description: 'Calls, attempts, refusals, tokens, cost.', content: ofSchema('Metrics') } },
  errors: ['400', '404'],
}

/** `GET /api/v1/admin/requests/{requestId}` */
export const requestsOperation: OperationDoc = {
  summary: 'Look up calls in the request log',
  tag,
  answers: { 200: { description: 'Those with this id, newest first.', content: ofSchema('RequestRecords') } },
  errors: ['404'],
}

/** `POST /api/v1/admin/targets/reset` */
export const resetTargetsOperation: OperationDoc = {
  summary: 'Close all breakers and end all cool-downs, in this process',
  tag,
  answers: { 200: { description: 'How the targets stand now.', content: ofSchema('Targets') } },
}

/** `POST /api/v1/admin/targets/{target}/reset` */
export const resetTargetOperation: OperationDoc = {
  summary: "Close a target's breaker and end its cool-down, in this process",
  tag,
  parameters: [
    {
      name: 'target',
      in: 'path',
      description: '`provider id/upstream model`, its slash as it is or as `%2F`.',
      schema: { type: 'string' },
      example: 'openai/gpt-4o-mini',
    },
  ],
  answers: { 200: { description: 'How it stands now.', content: ofSchema('Targets') } },
  errors: ['404'],
}

/** `GET /api/v1/admin/keys` */
export const listKeysOperation: OperationDoc = {
  summary: 'List keys',
  tag,
  parameters: [
    { name: 'user', in: 'query', description: 'Only those of this user, all at once.', schema: { type: 'string' } },
    {
      name: 'limit',
      in: 'query',
      description: 'Most keys on a page.',
      schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
    },
    { name: 'cursor', in: 'query', description: 'The `nextCursor` of the page before.', schema: { type: 'string' } },
  ],
  answers: { 200: { description: 'A page of them.', content: ofSchema('Keys') } },
  errors: ['400', '404'],
}

/** `POST /api/v1/admin/keys` */
export const createKeyOperation: OperationDoc = {
  summary: 'Give out a key',
  tag,
  request: {
    schema: 'NewKey',
    examples: { premium: { summary: 'One of the premium tier', value: { userId: 'ann', tier: 'premium' } } },
  },
  answers: { 201: { description: 'The key, told this once.', content: ofSchema('CreatedKey') } },
  errors: ['400', '404', '409', '413', '415'],
}

/** `GET /api/v1/admin/keys/{apiKeyId}` */
export const retrieveKeyOperation: OperationDoc = {
  summary: 'Look up a key',
  tag,
  answers: { 200: { description: 'Neither the key nor its hash.', content: ofSchema('Key') } },
  errors: ['404'],
}

/** `DELETE /api/v1/admin/keys/{apiKeyId}` */
export const revokeKeyOperation: OperationDoc = {
  summary: 'Revoke a key',
  tag,
  answers: { 200: { description: 'It is refused from then on.', content: ofSchema('RevokedKey') } },
  errors: ['404'],
}

/** `GET /metrics` */
export const prometheusOperation: OperationDoc = {
  summary: 'What was counted, for Prometheus',
  tag: 'Metrics',
  answers: {
    200: { description: 'The text exposition format.', content: { 'text/plain': { schema: 'PrometheusText' } } },
  },
  errors: ['404'],
}
