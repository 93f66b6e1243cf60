import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { describe, expect, it } from 'vitest'
import { acknowledgements } from '../../../../tests/infra/acknowledgements.ts'
import { grantedActions } from '../../../../tests/infra/granted-actions.ts'
import { iamRows } from '../../../../tests/infra/iam-table.ts'
import { staleRows, unexplainedActions } from '../../../../tests/infra/unexplained-actions.ts'
import { createApp } from '../src/create-app.ts'
import { synthesised } from './synthesised.ts'

/** The first document's `awsRoles`. */
const documented = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:CreateModelInvocationJob']
const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/11111111-2222-3333-4444-555555555555'
const certificates = { stagingCertificateArn: certificateArn, productionCertificateArn: certificateArn }
const ways: readonly Readonly<Record<string, string>>[] = [
  {},
  { packaging: 'zip' },
  certificates,
  { batch: 'true', account: '111111111111', ...certificates },
]

describe('what the stacks allow', () => {
  const rows = iamRows('lambda')
  const all = ways.flatMap(context => {
    const { staging, production } = synthesised(context)
    return [staging.toJSON(), production.toJSON()]
  })

  it('is the document’s list and the rows of the table', () => {
    expect(unexplainedActions(all, { documented, rows })).toEqual([])
  })

  it('is all that the table tells of', () => {
    expect(staleRows(all, rows)).toEqual([])
  })

  it('on Bedrock is the document’s list and no more, to the makers’ models', () => {
    const { Resources } = synthesised().staging.toJSON()
    const policies = Object.values(Resources as Record<string, { Type: string; Properties: unknown }>)
      .filter(({ Type }) => Type === 'AWS::IAM::Policy')
      .map(
        ({ Properties }) =>
          Properties as { PolicyDocument: { Statement: { Sid: string; Action: unknown; Resource: unknown }[] } },
      )
    const [bedrock] = policies
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Sid }) => Sid === 'Bedrock')
    expect(bedrock?.Action).toEqual(documented)
    const resources = JSON.stringify(bedrock?.Resource)
    for (const kind of [
      'foundation-model/anthropic.*',
      'foundation-model/cohere.*',
      'inference-profile/*.anthropic.*',
      'model-invocation-job/*',
    ]) {
      expect(resources).toContain(kind)
    }
    expect(bedrock?.Resource).not.toContain('*')
  })

  it.each([
    ['-c crossRegion=false', { crossRegion: 'false', batch: 'true' }],
    ['-c batch=true', {}],
  ])('goes where the switch of its row says: %s', (removedBy, context) => {
    const granted = grantedActions(synthesised(context).staging.toJSON()).map(({ action }) => action)
    const switched = rows.filter(row => row.removedBy?.includes(removedBy)).map(({ action }) => action)
    expect(switched.length).toBeGreaterThan(1)
    expect(switched.filter(action => granted.includes(action))).toEqual([])
  })

  it('has no switch that no test tries', () => {
    const named = rows.flatMap(row => row.removedBy ?? [])
    expect([...new Set(named)].sort()).toEqual(['`-c crossRegion=false`', 'leave out `-c batch=true`'])
  })
})

describe('cdk-nag', () => {
  it.each(ways)('finds nothing that is not acknowledged, with %o', context => {
    expect(() => synthesised(context)).not.toThrow()
  })

  it('finds what nobody acknowledged', () => {
    const app = createApp()
    const stack = app.node.findChild('ai-gateway-lambda-staging')
    new Secret(stack, 'Unrotated')
    expect(() => app.synth()).toThrow(/AwsSolutions-SMG4/)
  })

  it('is told a reason for each acknowledgement', () => {
    const all = acknowledgements(synthesised({ batch: 'true' }).app)
    expect(all.length).toBeGreaterThan(10)
    for (const { reason } of all) expect(reason.split(' ').length, reason).toBeGreaterThan(6)
  })
})
