import { apiKeyLookupIndex } from '@modelgate/aws/dynamodb'
import { Duration, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { categoryPriceIndex } from '../../../../mcp-catalog/src/dynamodb/product-table.ts'
import { arnsOf, type GatewayData } from '../data/gateway-data.ts'
import { authorizerActions, dynamoDbActions, storeActions } from '../data/store-actions.ts'
import { acknowledgeWildcards } from '../security/acknowledge-wildcards.ts'
import { modelArns } from './bedrock-models.ts'
import { authorizerVariables, handlerVariables } from './function-variables.ts'
import type { GatewayFunctionsProps } from './gateway-functions-props.ts'
import { ServiceFunction } from './service-function.ts'

export interface GatewayFunctions {
  readonly handler: ServiceFunction
  readonly authorizer: ServiceFunction
}

/**
 * The longest answer there is: the gateway gives a call up 2 s before it. A client that leaves is not seen by Lambda, so what it left
 * behind is paid for at most this long.
 */
export const answerTimeout: Duration = Duration.minutes(5)

/** The function that answers and the one that says who calls, each with no more than it needs. */
export function gatewayFunctions(scope: Construct, props: GatewayFunctionsProps): GatewayFunctions {
  const { names, profile } = props
  const handler = new ServiceFunction(scope, 'GatewayHandler', {
    functionName: names.gatewayHandler,
    code: 'gateway-handler',
    description: 'The gateway: every path of the API',
    profile,
    memorySize: 1024,
    timeout: answerTimeout,
    environment: handlerVariables(props),
  })
  const authorizer = new ServiceFunction(scope, 'ApiAuthorizer', {
    functionName: names.apiAuthorizer,
    code: 'api-authorizer',
    description: 'Says whose key a request has',
    profile,
    memorySize: 512,
    timeout: Duration.seconds(10),
    environment: authorizerVariables(props),
  })
  allowHandler(handler, props)
  allowAuthorizer(authorizer, props)
  return { handler, authorizer }
}

function allowHandler(
  handler: ServiceFunction,
  { names, settings, data, key, openAiSecret }: GatewayFunctionsProps,
): void {
  const { partition, region, account } = Stack.of(handler)
  for (const [name, table] of Object.entries(data)) {
    const actions = dynamoDbActions(storeActions[name as keyof GatewayData])
    // Of products what is sought is read over an index; the table itself is nobody's but the operator's.
    const arns = name === 'productCatalog' ? [`${table.table.tableArn}/index/${categoryPriceIndex}`] : arnsOf(table)
    handler.allow(`Table${name}`, actions, arns)
  }
  if (settings.openAi) handler.allow('OpenAiKey', ['secretsmanager:GetSecretValue'], [openAiSecret.secretArn])
  // What DynamoDB and Secrets Manager do with the key they do on behalf of who asks them.
  handler.allow(
    'Encryption',
    ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    [key.keyArn],
    {
      StringEquals: {
        'kms:ViaService': [`dynamodb.${region}.amazonaws.com`, `secretsmanager.${region}.amazonaws.com`],
      },
    },
  )
  const parameters = `arn:${partition}:ssm:${region}:${account}:parameter${names.parameters}`
  handler.allow('Parameters', ['ssm:GetParametersByPath'], [parameters, `${parameters}/*`])
  acknowledgeWildcards(handler.role, [`${parameters}/*`], 'Parameters beneath the deployment’s own path, and no other.')
  if (settings.bedrock) allowBedrock(handler)
}

function allowBedrock(handler: ServiceFunction): void {
  const models = modelArns(handler)
  handler.allow('Bedrock', ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'], models)
  acknowledgeWildcards(
    handler.role,
    models,
    'Callers choose among the makers’ models; a profile leads to several regions.',
  )
  // Without these a model that profiles alone serve is refused: which profile of the region it has is asked for.
  handler.allow('BedrockLists', ['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles'], ['*'])
}

function allowAuthorizer(authorizer: ServiceFunction, { data, key }: GatewayFunctionsProps): void {
  const index = `${data.apiKeys.table.tableArn}/index/${apiKeyLookupIndex}`
  authorizer.allow('ApiKeys', dynamoDbActions(authorizerActions), [index])
  const { region } = Stack.of(authorizer)
  authorizer.allow('Encryption', ['kms:Decrypt', 'kms:DescribeKey'], [key.keyArn], {
    StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` },
  })
}
