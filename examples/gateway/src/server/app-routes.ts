import { openApiAnswer } from '../openapi/answer-openapi.ts'
import { answerBudget, resetBudget } from './admin/answer-budgets.ts'
import { answerConfig } from './admin/answer-config.ts'
import { createKey, listKeys, retrieveKey, revokeKey, setKeyBudget } from './admin/answer-keys.ts'
import { answerMetrics } from './admin/answer-metrics.ts'
import { answerRequests } from './admin/answer-requests.ts'
import { resetTarget, resetTargets } from './admin/answer-targets.ts'
import { answerPrometheus } from './answer-prometheus.ts'
import type { AppRoute } from './app-route.ts'
import { batchRoutes } from './batch-routes.ts'
import { answerAlive, answerDetailedHealth, answerHealth } from './health/answer-health.ts'

/** What the app always serves, each also behind the stage `/v1`. */
export const appRoutes: readonly AppRoute[] = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    scope: 'completions',
    operationId: 'createChatCompletion',
    door: '/v1/chat/completions',
  },
  {
    method: 'POST',
    path: '/api/v1/completions',
    scope: 'completions',
    operationId: 'createCompletion',
    door: '/v1/chat/completions',
  },
  {
    method: 'POST',
    path: '/v1/responses',
    scope: 'completions',
    operationId: 'createResponse',
    door: '/v1/responses',
  },
  {
    method: 'POST',
    path: '/v1/embeddings',
    scope: 'completions',
    operationId: 'createEmbedding',
    door: '/v1/embeddings',
  },
  { method: 'GET', path: '/v1/models', scope: 'completions', operationId: 'listModels', door: '/v1/models' },
  {
    method: 'GET',
    path: '/v1/models/{id}',
    scope: 'completions',
    operationId: 'retrieveModel',
    door: '/v1/models/{id}',
  },
  { method: 'GET', path: '/health', scope: 'public', operationId: 'getLiveness', answer: answerAlive },
  { method: 'GET', path: '/api/v1/health', scope: 'public', operationId: 'getHealth', answer: answerHealth },
  {
    method: 'GET',
    path: '/api/v1/health/detailed',
    scope: 'public',
    operationId: 'getDetailedHealth',
    answer: answerDetailedHealth,
  },
  {
    method: 'GET',
    path: '/metrics',
    scope: 'admin',
    operationId: 'getPrometheusMetrics',
    isScraped: true,
    answer: answerPrometheus,
  },
  { method: 'GET', path: '/api/v1/admin/config', scope: 'admin', operationId: 'getConfig', answer: answerConfig },
  {
    method: 'GET',
    path: '/api/v1/admin/metrics',
    scope: 'admin',
    operationId: 'getMetrics',
    query: ['scope', 'from', 'to'],
    answer: answerMetrics,
  },
  {
    method: 'GET',
    path: '/api/v1/admin/requests/{requestId}',
    scope: 'admin',
    operationId: 'getRequests',
    answer: answerRequests,
  },
  {
    method: 'POST',
    path: '/api/v1/admin/targets/reset',
    scope: 'admin',
    operationId: 'resetTargets',
    answer: resetTargets,
  },
  {
    method: 'POST',
    path: '/api/v1/admin/targets/{target}/reset',
    scope: 'admin',
    operationId: 'resetTarget',
    answer: resetTarget,
  },
  {
    method: 'GET',
    path: '/api/v1/admin/keys',
    scope: 'admin',
    operationId: 'listKeys',
    query: ['user', 'limit', 'cursor'],
    answer: listKeys,
  },
  { method: 'POST', path: '/api/v1/admin/keys', scope: 'admin', operationId: 'createKey', answer: createKey },
  {
    method: 'POST',
    path: '/api/v1/admin/keys/{apiKeyId}/budget',
    scope: 'admin',
    operationId: 'setKeyBudget',
    answer: setKeyBudget,
  },
  {
    method: 'GET',
    path: '/api/v1/admin/keys/{apiKeyId}',
    scope: 'admin',
    operationId: 'retrieveKey',
    answer: retrieveKey,
  },
  {
    method: 'DELETE',
    path: '/api/v1/admin/keys/{apiKeyId}',
    scope: 'admin',
    operationId: 'revokeKey',
    answer: revokeKey,
  },
  {
    method: 'GET',
    path: '/api/v1/admin/budgets',
    scope: 'admin',
    operationId: 'getBudget',
    query: ['key', 'user', 'tenant'],
    answer: answerBudget,
  },
  {
    method: 'POST',
    path: '/api/v1/admin/budgets/reset',
    scope: 'admin',
    operationId: 'resetBudget',
    query: ['key', 'user', 'tenant'],
    answer: resetBudget,
  },
  {
    method: 'GET',
    path: '/openapi.json',
    scope: 'public',
    operationId: 'getOpenApi',
    answer: openApiAnswer(() => documentedRoutes),
  },
]

/** All that the document of the API tells of: files and batches are there where the configuration has them. */
export const documentedRoutes: readonly AppRoute[] = [...appRoutes, ...batchRoutes]
