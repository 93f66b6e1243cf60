/*
 * All names that telemetry goes by, in one place. Those that begin with `gen_ai.` or `openai.` are OpenTelemetry's conventions for generative AI, which
 * are in development and change: a test holds them equal to those of the package named here.
 * https://github.com/open-telemetry/semantic-conventions-genai
 */

/** The release of `@opentelemetry/semantic-conventions` whose (incubating) names these are. */
export const semanticConventionsVersion = '1.45.0'

/** Attributes of spans and metrics. */
export const attributeNames = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestTemperature: 'gen_ai.request.temperature',
  requestTopP: 'gen_ai.request.top_p',
  requestFrequencyPenalty: 'gen_ai.request.frequency_penalty',
  requestPresencePenalty: 'gen_ai.request.presence_penalty',
  requestSeed: 'gen_ai.request.seed',
  requestChoices: 'gen_ai.request.choice.count',
  outputType: 'gen_ai.output.type',
  dimensions: 'gen_ai.embeddings.dimension.count',
  requestTier: 'openai.request.service_tier',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  responseTier: 'openai.response.service_tier',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  tokenType: 'gen_ai.token.type',
  errorType: 'error.type',
  callId: 'modelgate.call.id',
  route: 'modelgate.route',
  provider: 'modelgate.provider',
  tenant: 'modelgate.tenant',
  tier: 'modelgate.tier',
  attempts: 'modelgate.attempts',
  costUsd: 'modelgate.cost.usd',
  usageSource: 'modelgate.usage.source',
  target: 'modelgate.target',
  code: 'modelgate.code',
  cacheStatus: 'modelgate.cache.status',
  budgetOf: 'modelgate.budget.of',
  budgetHolder: 'modelgate.budget.holder',
  budgetPeriod: 'modelgate.budget.period',
  contextStatus: 'modelgate.context.status',
  contextReason: 'modelgate.context.reason',
  contextSource: 'modelgate.context.source',
  contextItems: 'modelgate.context.items',
  contextTokens: 'modelgate.context.tokens',
} as const

/** Events of a call's span. Layers tell those of the cache and of context by `call.context.trace`. */
export const eventNames = {
  cache: 'modelgate.cache',
  context: 'modelgate.context',
  limit: 'modelgate.limit',
  skipped: 'modelgate.target.skipped',
} as const

/** A metric's name, its unit in UCUM, and what it tells. */
export interface MetricName {
  readonly name: string
  readonly unit: string
  readonly description: string
}

/** Metrics of calls. Literals alone, which a bundle leaves out where nobody asks for them. */
export const metricNames = {
  operationDuration: {
    name: 'gen_ai.client.operation.duration',
    unit: 's',
    description: 'Duration of calls, their streams included.',
  },
  tokenUsage: {
    name: 'gen_ai.client.token.usage',
    unit: '{token}',
    description: 'Input and output tokens that calls used.',
  },
  timeToFirstChunk: {
    name: 'gen_ai.client.operation.time_to_first_chunk',
    unit: 's',
    description: 'Time from the start of streamed calls to their first content.',
  },
  cost: { name: 'modelgate.cost', unit: '{USD}', description: 'Cost of calls, as far as it is known.' },
  unknownCosts: { name: 'modelgate.cost.unknown', unit: '{call}', description: 'Calls whose cost is not known.' },
  attempts: { name: 'modelgate.attempts', unit: '{attempt}', description: 'Attempts at targets, by how they ended.' },
  failovers: {
    name: 'modelgate.failovers',
    unit: '{attempt}',
    description: 'Attempts after which a call went on to another target.',
  },
  budgetLimit: { name: 'modelgate.budget.limit', unit: '{USD}', description: 'What a budget is for its day or month.' },
  budgetSpent: {
    name: 'modelgate.budget.spent',
    unit: '{USD}',
    description: 'What of a budget is spent, or reserved by calls under way.',
  },
  refusals: {
    name: 'modelgate.refusals',
    unit: '{request}',
    description: 'Requests turned away before any target was asked.',
  },
} as const
