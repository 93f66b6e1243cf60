import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { apiMethods } from '../lib/api/api-methods.ts'
import { propertiesOf, synthesised } from './synthesised.ts'

const environments = ['dev', 'staging', 'prod'] as const

describe.each(environments)('the stack ai-gateway-%s', environment => {
  const prefix = `ai-gateway-${environment}`
  const { gateway, app } = synthesised({ ENVIRONMENT: environment })

  it('has its resources by name', () => {
    gateway.hasResourceProperties('AWS::ApiGateway::RestApi', { Name: `${prefix}-rest-api` })
    for (const name of ['gateway-handler', 'api-authorizer']) {
      gateway.hasResourceProperties('AWS::Lambda::Function', { FunctionName: `${prefix}-${name}` })
      gateway.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/aws/lambda/${prefix}-${name}` })
    }
    for (const name of ['api-keys', 'product-catalog', 'request-analytics', 'limits', 'cache']) {
      gateway.hasResourceProperties('AWS::DynamoDB::GlobalTable', { TableName: `${prefix}-${name}` })
    }
  })

  it('keeps what must be kept, and lets go of the rest', () => {
    const isProd = environment === 'prod'
    const isDev = environment === 'dev'
    expect(app.node.findChild(prefix)).toMatchObject({ terminationProtection: isProd })
    for (const [, { DeletionPolicy, Properties }] of Object.entries(
      gateway.findResources('AWS::DynamoDB::GlobalTable'),
    )) {
      // One that is protected cannot be deleted: a rollback that tried would fail.
      expect(DeletionPolicy).toBe(isDev ? 'Delete' : isProd ? 'Retain' : 'RetainExceptOnCreate')
      expect(Properties.Replicas).toMatchObject([
        { DeletionProtectionEnabled: isProd, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
      ])
    }
  })

  it('leaves nothing of a first deployment that failed, whose names would refuse the next', () => {
    for (const type of ['AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup']) {
      const found = Object.values(gateway.findResources(type))
      expect(found.length).toBeGreaterThan(0)
      for (const { DeletionPolicy, UpdateReplacePolicy } of found) {
        expect(DeletionPolicy).toBe(environment === 'dev' ? 'Delete' : 'RetainExceptOnCreate')
        expect(UpdateReplacePolicy).toBe(environment === 'dev' ? 'Delete' : 'Retain')
      }
    }
  })

  it('has its tags on everything, for costs to be told apart', () => {
    for (const type of ['AWS::Lambda::Function', 'AWS::ApiGateway::RestApi', 'AWS::KMS::Key']) {
      for (const { Tags } of propertiesOf(gateway, type)) {
        expect(Tags).toEqual(
          expect.arrayContaining([
            { Key: 'Environment', Value: environment },
            { Key: 'Project', Value: 'ai-model-gateway' },
          ]),
        )
      }
    }
  })
})

describe('the tables', () => {
  const { gateway } = synthesised()

  it.each([
    ['api-keys', 'UserIdGlobalSecondaryIndex', ['userId', 'createdAt']],
    ['api-keys', 'ApiKeyLookupGlobalSecondaryIndex', ['apiKeyHash']],
    ['product-catalog', 'CategoryPriceGlobalSecondaryIndex', ['category', 'price']],
    ['product-catalog', 'BrandAvailabilityGlobalSecondaryIndex', ['brand', 'availability']],
    ['request-analytics', 'UserAnalyticsGlobalSecondaryIndex', ['userId', 'timestamp']],
  ])('%s has the index %s by %j', (table, IndexName, keys) => {
    gateway.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      TableName: `ai-gateway-dev-${table}`,
      GlobalSecondaryIndexes: Match.arrayWith([
        Match.objectLike({ IndexName, KeySchema: keys.map(AttributeName => Match.objectLike({ AttributeName })) }),
      ]),
    })
  })

  it('forget requests, limits and answers by themselves', () => {
    for (const name of ['request-analytics', 'limits', 'cache']) {
      gateway.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
        TableName: `ai-gateway-dev-${name}`,
        TimeToLiveSpecification: { AttributeName: 'expirationTimestamp', Enabled: true },
      })
    }
  })

  it('and the secret are encrypted with the deployment’s own key, which rotates', () => {
    gateway.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true })
    const [keyId] = Object.keys(gateway.findResources('AWS::KMS::Key'))
    const arn = { 'Fn::GetAtt': [keyId, 'Arn'] }
    for (const table of propertiesOf(gateway, 'AWS::DynamoDB::GlobalTable')) {
      expect(table).toMatchObject({
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        Replicas: [{ SSESpecification: { KMSMasterKeyId: arn } }],
      })
    }
    gateway.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'ai-gateway-dev/openai', KmsKeyId: arn })
  })
})

describe('with OPENAI_PROVIDER_ENABLED=false', () => {
  it('the secret stays, though nobody reads it: left out, it would lose its key, or refuse by its name to be made again', () => {
    const { gateway } = synthesised({ OPENAI_PROVIDER_ENABLED: 'false' })
    gateway.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'ai-gateway-dev/openai' })
    const [logicalId = ''] = Object.keys(gateway.findResources('AWS::SecretsManager::Secret'))
    const readers = ['AWS::IAM::Policy', 'AWS::Lambda::Function'].flatMap(type => propertiesOf(gateway, type))
    expect(JSON.stringify(readers)).not.toContain(logicalId)
  })
})

describe('the functions', () => {
  const { gateway } = synthesised()

  it('run on Lambda’s Node 24 on ARM, traced', () => {
    for (const each of propertiesOf(gateway, 'AWS::Lambda::Function')) {
      expect(each).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Handler: 'handler.handler',
      })
    }
  })

  it('are told what they are to do, and where things are', () => {
    gateway.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'ai-gateway-dev-gateway-handler',
      Timeout: 300,
      Environment: {
        Variables: {
          ENVIRONMENT: 'dev',
          API_KEY_TABLE_NAME: 'ai-gateway-dev-api-keys',
          OPENAI_PROVIDER_ENABLED: 'true',
          RATE_LIMIT_FREE_TIER_RPM: '10',
          RATE_LIMIT_FREE_TIER_RPH: '100',
          RATE_LIMIT_BASIC_TIER_RPM: '100',
          RATE_LIMIT_PREMIUM_TIER_RPM: '1000',
          RATE_LIMIT_ENTERPRISE_TIER_RPM: '10000',
          CIRCUIT_BREAKER_FAILURE_THRESHOLD: '5',
          MODELGATE_SSM_PATH: '/ai-gateway-dev',
          REST_API_ID: { Ref: Match.stringLikeRegexp('^RestApi') },
        },
      },
    })
  })

  it('hold no secret: that of OpenAI is a reference, and the authorizer has none', () => {
    const [handler, authorizer] = propertiesOf(gateway, 'AWS::Lambda::Function').map(
      ({ Environment }) => (Environment as { readonly Variables: Readonly<Record<string, unknown>> }).Variables,
    )
    expect(JSON.stringify(handler?.OPENAI_API_KEY)).toMatch(/secretsmanager:.*#api_key/)
    expect(Object.keys(authorizer ?? {}).sort()).toEqual(['API_KEY_TABLE_NAME', 'ENVIRONMENT', 'LOG_FORMAT', 'METRICS'])
  })

  it('find what operators change in the Parameter Store', () => {
    const names = propertiesOf(gateway, 'AWS::SSM::Parameter').map(({ Name }) => Name)
    for (const name of ['OPENAI_PROVIDER_ENABLED', 'RATE_LIMIT_FREE_TIER_RPM', 'CIRCUIT_BREAKER_FAILURE_THRESHOLD']) {
      expect(names).toContain(`/ai-gateway-dev/${name}`)
    }
  })
})

describe('the API', () => {
  const { gateway } = synthesised()
  const methods = propertiesOf(gateway, 'AWS::ApiGateway::Method')

  it('streams every answer from the function, for as long as that may run', () => {
    expect(methods).toHaveLength(apiMethods().length)
    for (const { Integration } of methods) {
      expect(Integration).toMatchObject({
        Type: 'AWS_PROXY',
        ResponseTransferMode: 'STREAM',
        TimeoutInMillis: 300_000,
        Uri: { 'Fn::Join': ['', expect.arrayContaining(['/response-streaming-invocations'])] },
      })
    }
  })

  it('has the app’s paths, of which health alone and its own document are public', () => {
    const all = apiMethods()
    const open = all.filter(({ gate }) => gate === 'none').map(({ path }) => path)
    expect(open).toEqual(['/health', '/api/v1/health', '/api/v1/health/detailed', '/openapi.json'])
    expect(methods.filter(({ AuthorizationType }) => AuthorizationType === 'NONE')).toHaveLength(open.length)
    for (const path of ['/api/v1/admin/config', '/api/v1/admin/metrics', '/{proxy+}']) {
      expect(all).toContainEqual(expect.objectContaining({ path, gate: 'x-api-key' }))
    }
    expect(all).toContainEqual({ method: 'POST', path: '/api/v1/completions', gate: 'x-api-key' })
    for (const path of ['/v1/chat/completions', '/chat/completions', '/v1/responses', '/responses']) {
      expect(all).toContainEqual({ method: 'POST', path, gate: 'authorization' })
    }
  })

  it('has one name at most in each place of a path: a second beside it API Gateway refuses, and the deployment with it', () => {
    const names = propertiesOf(gateway, 'AWS::ApiGateway::Resource').filter(({ PathPart }) =>
      String(PathPart).startsWith('{'),
    )
    const places = names.map(({ ParentId }) => JSON.stringify(ParentId))
    expect(names.filter(({ ParentId }) => places.filter(each => each === JSON.stringify(ParentId)).length > 1)).toEqual(
      [],
    )
    expect(names.map(({ PathPart }) => PathPart)).toEqual(expect.arrayContaining(['{id+}', '{apiKeyId}', '{proxy+}']))
  })

  it('asks who calls, and remembers it for 60 seconds', () => {
    for (const header of ['X-API-Key', 'Authorization']) {
      gateway.hasResourceProperties('AWS::ApiGateway::Authorizer', {
        Type: 'REQUEST',
        IdentitySource: `method.request.header.${header}`,
        AuthorizerResultTtlInSeconds: 60,
      })
    }
  })

  it('is regional, traced, logged without bodies, and takes https alone', () => {
    gateway.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['REGIONAL'] },
      Policy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
    gateway.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'v1',
      TracingEnabled: true,
      MethodSettings: [Match.objectLike({ DataTraceEnabled: false, LoggingLevel: 'ERROR', MetricsEnabled: false })],
    })
    const [stage = {}] = propertiesOf(gateway, 'AWS::ApiGateway::Stage')
    const { Format } = stage.AccessLogSetting as { readonly Format: string }
    expect(JSON.parse(Format)).toMatchObject({ tier: '$context.authorizer.tier', keyId: '$context.authorizer.keyId' })
    expect(Format).not.toMatch(/header|body/i)
  })

  it('says its own errors as the gateway does', () => {
    gateway.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'UNAUTHORIZED',
      StatusCode: '401',
      ResponseTemplates: { 'application/json': Match.stringLikeRegexp('"code":"unauthenticated"') },
    })
    gateway.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'THROTTLED',
      StatusCode: '429',
      ResponseParameters: Match.objectLike({ 'gatewayresponse.header.retry-after': "'1'" }),
    })
  })

  it('says what it says of anything else in the same form, by its own status', () => {
    for (const ResponseType of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
      gateway.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseType,
        // A status of its own would be that of every other answer of the kind.
        StatusCode: Match.absent(),
        ResponseTemplates: { 'application/json': Match.stringLikeRegexp('^[{]"error":[{]"message":".*"code":"') },
      })
    }
  })

  it('takes a key on a method that is not there for what it is: API Gateway reads it as a signature', () => {
    gateway.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'INVALID_SIGNATURE',
      StatusCode: '404',
    })
  })

  it('says how long a request may be to the function, which is less than to API Gateway', () => {
    gateway.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'REQUEST_TOO_LARGE',
      StatusCode: '413',
      ResponseTemplates: { 'application/json': Match.stringLikeRegexp('6 MB') },
    })
  })

  it('says them to pages in browsers, too, where these may call', () => {
    const originOf = (template: typeof gateway) =>
      propertiesOf(template, 'AWS::ApiGateway::GatewayResponse').map(
        ({ ResponseParameters }) =>
          (ResponseParameters as Readonly<Record<string, string>>)[
            'gatewayresponse.header.access-control-allow-origin'
          ],
      )
    const { gateway: withPages } = synthesised({ CORS_ORIGINS: 'https://app.example.com' })
    expect(new Set(originOf(withPages))).toEqual(new Set(["'*'"]))
    expect(new Set(originOf(gateway))).toEqual(new Set([undefined]))
  })

  it('lets browsers ask before they call, where pages may call', () => {
    const { gateway: withPages } = synthesised({ CORS_ORIGINS: 'https://app.example.com' })
    const preflights = propertiesOf(withPages, 'AWS::ApiGateway::Method').filter(
      ({ HttpMethod }) => HttpMethod === 'OPTIONS',
    )
    expect(preflights).toHaveLength(new Set(apiMethods().map(({ path }) => path)).size)
    expect(methods.filter(({ HttpMethod }) => HttpMethod === 'OPTIONS')).toEqual([])
  })
})

describe('the firewall', () => {
  const { gateway } = synthesised()

  it('stands before the stage', () => {
    gateway.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/stages/')])] },
    })
  })

  it('lets an address send 2,000 requests in five minutes', () => {
    const RateBasedStatement = { Limit: 2_000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' }
    gateway.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      Rules: Match.arrayWith([Match.objectLike({ Action: { Block: {} }, Statement: { RateBasedStatement } })]),
    })
  })

  it('lets callers in who do not say what program they are, as clients in Rust do not: it is their key that counts', () => {
    const [{ Rules = [] } = {}] = propertiesOf(gateway, 'AWS::WAFv2::WebACL')
    expect(JSON.stringify(Rules)).toContain(JSON.stringify({ ActionToUse: { Count: {} }, Name: 'NoUserAgent_HEADER' }))
  })

  it.each([
    ['AWSManagedRulesCommonRuleSet', 'SizeRestrictions_BODY'],
    ['AWSManagedRulesSQLiRuleSet', 'SQLi_BODY'],
    ['AWSManagedRulesKnownBadInputsRuleSet', 'Log4JRCE_BODY'],
  ])('has %s, whose look at bodies counts and does not block: they are prompts', (Name, rule) => {
    const counts = Match.arrayWith([{ Name: rule, ActionToUse: { Count: {} } }])
    gateway.hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: Match.arrayWith([
        Match.objectLike({
          OverrideAction: { None: {} },
          Statement: { ManagedRuleGroupStatement: Match.objectLike({ Name, RuleActionOverrides: counts }) },
        }),
      ]),
    })
  })
})
