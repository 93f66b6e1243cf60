import type { OperationDoc } from '../operation.ts'
import {
  configOperation,
  createKeyOperation,
  listKeysOperation,
  metricsOperation,
  prometheusOperation,
  requestsOperation,
  resetTargetOperation,
  resetTargetsOperation,
  retrieveKeyOperation,
  revokeKeyOperation,
} from './admin-operations.ts'
import { batchOperations } from './batch-operations.ts'
import { budgetOperation, resetBudgetOperation, setKeyBudgetOperation } from './budget-operations.ts'
import { chatOperation } from './chat-operations.ts'
import { documentOperation } from './document-operation.ts'
import { detailedHealthOperation, healthOperation, livenessOperation } from './health-operations.ts'
import { embeddingsOperation, listModelsOperation, retrieveModelOperation } from './model-operations.ts'
import { responseOperation } from './response-operation.ts'

/** What is said of each route, by its `operationId`. */
export const operationDocs: ReadonlyMap<string, OperationDoc> = new Map([
  ['createChatCompletion', chatOperation],
  ['createCompletion', { ...chatOperation, summary: "Make a completion of a chat, under the gateway's own path" }],
  ['createResponse', responseOperation],
  ['createEmbedding', embeddingsOperation],
  ['listModels', listModelsOperation],
  ['retrieveModel', retrieveModelOperation],
  ['getLiveness', livenessOperation],
  ['getHealth', healthOperation],
  ['getDetailedHealth', detailedHealthOperation],
  ['getConfig', configOperation],
  ['getMetrics', metricsOperation],
  ['getPrometheusMetrics', prometheusOperation],
  ['getRequests', requestsOperation],
  ['resetTargets', resetTargetsOperation],
  ['resetTarget', resetTargetOperation],
  ['listKeys', listKeysOperation],
  ['createKey', createKeyOperation],
  ['retrieveKey', retrieveKeyOperation],
  ['revokeKey', revokeKeyOperation],
  ['setKeyBudget', setKeyBudgetOperation],
  ['getBudget', budgetOperation],
  ['resetBudget', resetBudgetOperation],
  ['getOpenApi', documentOperation],
  ...batchOperations,
])
