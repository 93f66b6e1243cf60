import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  EndpointType,
  type IResource,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import type { EnvironmentProfile } from '../environment-profile.ts'
import type { ResourceNames } from '../resource-names.ts'
import { webAcl } from '../security/web-acl.ts'
import { addErrorResponses } from './error-responses.ts'

/** The stage, the first part of the path at API Gateway's own address. */
const stageName = 'v1'

export interface GatewayApiProps {
  readonly names: ResourceNames
  readonly profile: EnvironmentProfile
  /** Whether pages in browsers may call. */
  readonly hasCors: boolean
}

/**
 * The REST API without its methods: by https alone, with a firewall before it, traced, and logged without bodies. Regional, since at the edge a
 * stream may be silent for 30 s only.
 */
export function gatewayApi(scope: Construct, { names, profile, hasCors }: GatewayApiProps): RestApi {
  const accessLog = new LogGroup(scope, 'ApiAccessLog', {
    logGroupName: `/aws/apigateway/${names.restApi}`,
    retention: profile.logRetention,
    removalPolicy: profile.removalPolicy,
  })
  const api = new RestApi(scope, 'RestApi', {
    restApiName: names.restApi,
    description: 'AI model gateway',
    endpointTypes: [EndpointType.REGIONAL],
    policy: httpsOnly(),
    cloudWatchRole: true,
    // It is the account's one: what other APIs log with, too.
    cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
    deployOptions: {
      stageName,
      tracingEnabled: true,
      // Those of each method would be metrics of one's own, by the price; those of the API are there without.
      metricsEnabled: false,
      loggingLevel: MethodLoggingLevel.ERROR,
      // Bodies are prompts.
      dataTraceEnabled: false,
      accessLogDestination: new LogGroupLogDestination(accessLog),
      accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLine)),
      throttlingRateLimit: profile.requestsPerSecond,
      throttlingBurstLimit: profile.burst,
    },
  })
  addErrorResponses(api, hasCors)
  const firewall = webAcl(scope, names.webAcl)
  new CfnWebACLAssociation(scope, 'WebAclAssociation', {
    webAclArn: firewall.attrArn,
    resourceArn: api.deploymentStage.stageArn,
  })
  acknowledge(api)
  return api
}

/** A line of the access log: who called, as the authorizer knew it, and what came of it; never a key. */
const accessLine = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  errorType: '$context.error.responseType',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integration.latency',
  authorizerStatus: '$context.authorizer.status',
  tenant: '$context.authorizer.tenant',
  userId: '$context.authorizer.userId',
  keyId: '$context.authorizer.keyId',
  tier: '$context.authorizer.tier',
  firewall: '$context.waf.status',
  trace: '$context.xrayTraceId',
}

/** Everybody may call; that a key is needed the authorizer says. By plain http nobody may. */
function httpsOnly(): PolicyDocument {
  const invoke = { principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] }
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ sid: 'Callers', effect: Effect.ALLOW, ...invoke }),
      new PolicyStatement({
        sid: 'HttpsOnly',
        effect: Effect.DENY,
        ...invoke,
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ],
  })
}

function acknowledge(api: IResource | RestApi): void {
  const reasons = {
    'AwsSolutions-APIG2':
      'The gateway checks each request itself, and says which field is wrong; a second schema would differ from it.',
    'AwsSolutions-APIG4': 'Health and the API’s own document are public; every other method has the authorizer.',
    'AwsSolutions-COG4':
      'Callers are programs with API keys, which a Lambda authorizer looks up; there are no users in a Cognito pool.',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
      'API Gateway writes the logs of all APIs of an account with one role, for which AWS has this policy.',
  }
  for (const [id, reason] of Object.entries(reasons)) Validations.of(api).acknowledge({ id, reason })
}
