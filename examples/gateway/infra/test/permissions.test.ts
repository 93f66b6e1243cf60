import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { describe, expect, it } from 'vitest'
import { acknowledgements } from '../../../../tests/infra/acknowledgements.ts'
import { grantedActions } from '../../../../tests/infra/granted-actions.ts'
import { iamRows } from '../../../../tests/infra/iam-table.ts'
import { staleRows, unexplainedActions } from '../../../../tests/infra/unexplained-actions.ts'
import { createApp } from '../lib/create-app.ts'
import { readSettings } from '../lib/read-settings.ts'
import { propertiesOf, synthesised } from './synthesised.ts'

const ways: readonly Readonly<Record<string, string>>[] = [
  {},
  { ENVIRONMENT: 'prod', CDK_DEFAULT_ACCOUNT: '111111111111', CDK_DEFAULT_REGION: 'eu-west-1' },
  { OPENAI_PROVIDER_ENABLED: 'false' },
  { BEDROCK_PROVIDER_ENABLED: 'false' },
  { ALERT_EMAIL: 'ops@example.com', CORS_ORIGINS: 'https://app.example.com' },
]

interface Statement {
  readonly Sid: string
  readonly Action: unknown
  readonly Resource: unknown
  readonly Condition?: unknown
}

describe('what the stacks allow', () => {
  const rows = iamRows('gateway')
  const all = ways.flatMap(way => {
    const { gateway, observability } = synthesised(way)
    return [gateway.toJSON(), observability.toJSON()]
  })

  it('is in the table', () => {
    expect(unexplainedActions(all, { documented: [], rows })).toEqual([])
  })

  it('is all that the table tells of', () => {
    expect(staleRows(all, rows)).toEqual([])
  })

  it.each(['OPENAI_PROVIDER_ENABLED', 'BEDROCK_PROVIDER_ENABLED'])(
    'goes where its switch says: with %s=false, nothing that it names',
    name => {
      const switched = rows.filter(({ removedBy }) => removedBy?.includes(name)).map(({ action }) => action)
      const granted = grantedActions(synthesised({ [name]: 'false' }).gateway.toJSON()).map(({ action }) => action)
      expect(switched.length).toBeGreaterThan(0)
      expect(switched.filter(action => granted.includes(action))).toEqual([])
    },
  )

  /** The statements of a function's own policy. */
  const statementsOf = (role: string): Statement[] =>
    propertiesOf(synthesised().gateway, 'AWS::IAM::Policy')
      .filter(({ PolicyName }) => String(PolicyName).startsWith(role))
      .flatMap(({ PolicyDocument }) => (PolicyDocument as { readonly Statement: Statement[] }).Statement)

  it('gives the authorizer the index of keys and no more of any table, and no secret', () => {
    const statements = statementsOf('ApiAuthorizer')
    const [keys] = statements.filter(({ Action }) => String(Action).startsWith('dynamodb:'))
    expect(keys).toMatchObject({
      Action: 'dynamodb:Query',
      Resource: { 'Fn::Join': ['', expect.arrayContaining(['/index/ApiKeyLookupGlobalSecondaryIndex'])] },
    })
    expect(JSON.stringify(statements)).not.toMatch(/secretsmanager|ssm:|bedrock/)
  })

  it('gives the function a reading of one index of products, and no more of that table', () => {
    const [products] = statementsOf('GatewayHandler').filter(({ Sid }) => Sid === 'TableproductCatalog')
    expect(products).toMatchObject({
      Action: 'dynamodb:Scan',
      Resource: { 'Fn::Join': ['', expect.arrayContaining(['/index/CategoryPriceGlobalSecondaryIndex'])] },
    })
  })

  it('names every resource, but for traces, models and their lists, and parameters', () => {
    const open = [...statementsOf('GatewayHandler'), ...statementsOf('ApiAuthorizer')].filter(({ Resource }) =>
      JSON.stringify(Resource).includes('*'),
    )
    expect(new Set(open.map(({ Sid, Action }) => Sid ?? JSON.stringify(Action)))).toEqual(
      new Set(['["xray:PutTraceSegments","xray:PutTelemetryRecords"]', 'Bedrock', 'BedrockLists', 'Parameters']),
    )
  })

  it('lets the functions use the key through the services that keep things with it, and not by themselves', () => {
    const uses = [...statementsOf('GatewayHandler'), ...statementsOf('ApiAuthorizer')].filter(({ Action }) =>
      JSON.stringify(Action).includes('kms:'),
    )
    expect(uses).toHaveLength(2)
    for (const { Condition } of uses) expect(JSON.stringify(Condition)).toMatch(/kms:ViaService.*dynamodb/)
  })
})

describe('cdk-nag', () => {
  it.each(ways)('finds nothing that is not acknowledged, with %o', way => {
    expect(() => createApp(readSettings(way)).synth()).not.toThrow()
  })

  it('finds what nobody acknowledged', () => {
    const app = createApp(readSettings({}))
    new Secret(app.node.findChild('ai-gateway-dev'), 'Unrotated')
    expect(() => app.synth()).toThrow(/AwsSolutions-SMG4/)
  })

  it('is told a reason for each acknowledgement', () => {
    const all = acknowledgements(synthesised().app)
    expect(all.length).toBeGreaterThan(10)
    for (const { reason } of all) expect(reason.split(' ').length, reason).toBeGreaterThan(6)
  })
})
