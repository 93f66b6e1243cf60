import { configFile, taskRoot } from './function-code.ts'
import type { GatewayFunctionsProps } from './gateway-functions-props.ts'
import { operationalValues } from './operational-values.ts'

/** What the app is told on Lambda. Each is a variable of the app's own, whose README lists them. */
export function handlerVariables({
  names,
  settings,
  data,
  openAiSecret,
  api,
}: Omit<GatewayFunctionsProps, 'profile' | 'key'>): Record<string, string> {
  return {
    ENVIRONMENT: settings.environment,
    MODELGATE_CONFIG: `${taskRoot}/${configFile}`,
    // Stands over what comes next, so that an operator changes a value without a deployment.
    MODELGATE_SSM_PATH: names.parameters,
    ...operationalValues(settings),
    API_KEY_TABLE_NAME: data.apiKeys.definition.tableName,
    LIMITS_TABLE_NAME: data.limits.definition.tableName,
    CACHE_TABLE_NAME: data.cache.definition.tableName,
    CATALOG_TABLE: data.productCatalog.definition.tableName,
    REQUEST_LOG: 'dynamodb',
    REQUEST_LOG_TABLE_NAME: data.requestAnalytics.definition.tableName,
    ...(settings.openAi && { OPENAI_API_KEY: `secretsmanager:${openAiSecret.secretArn}#api_key` }),
    REST_API_ID: api.restApiId,
    LOG_FORMAT: 'json',
    METRICS: 'emf',
    ...(settings.corsOrigins === undefined ? {} : { CORS_ORIGINS: settings.corsOrigins }),
  }
}

/** What the authorizer is told: where keys are, and no secret. */
export function authorizerVariables({
  settings,
  data,
}: Pick<GatewayFunctionsProps, 'settings' | 'data'>): Record<string, string> {
  return {
    ENVIRONMENT: settings.environment,
    API_KEY_TABLE_NAME: data.apiKeys.definition.tableName,
    LOG_FORMAT: 'json',
    METRICS: 'emf',
  }
}
