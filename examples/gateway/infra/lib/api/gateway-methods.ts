import { Duration } from 'aws-cdk-lib'
import {
  AuthorizationType,
  type IAuthorizer,
  IdentitySource,
  LambdaIntegration,
  RequestAuthorizer,
  ResponseTransferMode,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { answerTimeout, type GatewayFunctions } from '../compute/gateway-functions.ts'
import { apiMethods, type Gate } from './api-methods.ts'

/** How long API Gateway keeps what the authorizer said: so long it lets a revoked key in, which the gateway then refuses. */
const authorizerTtl: Duration = Duration.seconds(60)

export interface GatewayMethodsProps extends GatewayFunctions {
  readonly api: RestApi
  readonly prefix: string
  /** Whether browsers ask before they call, which the gateway answers. */
  readonly hasCors: boolean
}

/** The API's paths, each to the gateway's function, whose answers are streamed through. */
export function addGatewayMethods(
  scope: Construct,
  { api, prefix, handler, authorizer, hasCors }: GatewayMethodsProps,
): void {
  const integration = new LambdaIntegration(handler.function, {
    responseTransferMode: ResponseTransferMode.STREAM,
    timeout: answerTimeout,
    // One permission for all methods: what a function's policy may hold is soon full.
    scopePermissionToMethod: false,
  })
  const authorizers: Partial<Record<Gate, IAuthorizer>> = {
    'x-api-key': authorizerBy(scope, { header: 'X-API-Key', prefix, handler: authorizer.function }),
    authorization: authorizerBy(scope, { header: 'Authorization', prefix, handler: authorizer.function }),
  }
  const preflighted = new Set<string>()
  for (const { method, path, gate } of apiMethods()) {
    const resource = api.root.resourceForPath(path)
    const by = authorizers[gate]
    resource.addMethod(method, integration, by ? { authorizer: by } : { authorizationType: AuthorizationType.NONE })
    if (!hasCors || preflighted.has(path)) continue
    preflighted.add(path)
    resource.addMethod('OPTIONS', integration, { authorizationType: AuthorizationType.NONE })
  }
}

interface AuthorizerBy {
  readonly header: string
  readonly prefix: string
  readonly handler: LambdaFunction
}

function authorizerBy(scope: Construct, { header, prefix, handler }: AuthorizerBy): IAuthorizer {
  return new RequestAuthorizer(scope, `AuthorizerBy${header.replaceAll('-', '')}`, {
    authorizerName: `${prefix}-${header.toLowerCase()}`,
    handler,
    identitySources: [IdentitySource.header(header)],
    resultsCacheTtl: authorizerTtl,
  })
}
