import { openApiAnswer } from '../openapi/answer-openapi.ts'
import type { AppRoute } from './app-route.ts'
import { answerAlive, answerReady } from './health/answer-health.ts'

/** Everything the app serves, each also behind the stage `/v1`. */
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
  { method: 'GET', path: '/api/v1/health', scope: 'public', operationId: 'getHealth', answer: answerReady },
  {
    method: 'GET',
    path: '/openapi.json',
    scope: 'public',
    operationId: 'getOpenApi',
    answer: openApiAnswer(() => appRoutes),
  },
]
