import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { acknowledgements } from '../../../../tests/infra/acknowledgements.ts'
import { type CloudFormationTemplate, grantedActions } from '../../../../tests/infra/granted-actions.ts'
import { iamRows } from '../../../../tests/infra/iam-table.ts'
import { staleRows, unexplainedActions } from '../../../../tests/infra/unexplained-actions.ts'
import { plainTemplates } from '../src/plain-templates.ts'
import { synthesised } from './synthesised.ts'

/** What it is to need: the policy's actions, and the managed policy of the role. */
const documented = [
  'bedrock:ListFoundationModels',
  'bedrock:ListInferenceProfiles',
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'secretsmanager:GetSecretValue',
  'secretsmanager:DescribeSecret',
  'service-role/AWSLambdaBasicExecutionRole',
  // ProxyApiHandlerInvoke.
  'lambda:InvokeFunction',
]
const variants = ['lambda', 'fargate', 'both'].map(variant => ({ variant }))
const plain = [...plainTemplates(mkdtempSync(join(tmpdir(), 'modelgate-cdk-'))).values()]

describe('what the stack allows', () => {
  const rows = iamRows('alb')
  const templates: CloudFormationTemplate[] = [
    ...variants.map(context => synthesised(context).template.toJSON()),
    ...plain.map(text => JSON.parse(text) as CloudFormationTemplate),
  ]

  it('is the document’s list and the rows of the table', () => {
    expect(unexplainedActions(templates, { documented, rows })).toEqual([])
  })

  it('is all that the table and the document tell of', () => {
    expect(staleRows(templates, rows)).toEqual([])
    const granted = templates.flatMap(grantedActions).map(({ action }) => action)
    expect(documented.filter(action => !granted.includes(action))).toEqual([])
  })

  it('has nothing of the container where only the function stands there', () => {
    const granted = grantedActions(synthesised().template.toJSON()).map(({ action }) => action)
    const switched = rows.filter(({ removedBy }) => removedBy?.includes('variant=lambda'))
    expect(switched.length).toBeGreaterThan(3)
    expect(switched.map(({ action }) => action).filter(action => granted.includes(action))).toEqual([])
    expect([...new Set(granted)].filter(action => !documented.includes(action))).toEqual(['sts:AssumeRole'])
  })

  it('stands in the document’s three resources, by name', () => {
    const { template } = synthesised()
    const resources = template.toJSON().Resources as Readonly<Record<string, { readonly Type: string }>>
    const iam = Object.entries(resources).filter(([, { Type }]) => /IAM|Permission/.test(Type))
    expect(Object.fromEntries(iam.map(([name, { Type }]) => [name, Type]))).toEqual({
      ProxyApiHandlerServiceRole: 'AWS::IAM::Role',
      ProxyApiHandlerServiceRoleDefaultPolicy: 'AWS::IAM::Policy',
      ProxyApiHandlerInvoke: 'AWS::Lambda::Permission',
    })
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'elasticloadbalancing.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    })
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: [
        Match.objectLike({
          'Fn::Join': ['', Match.arrayWith([':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'])],
        }),
      ],
    })
  })

  it.each([
    ['lambda', 'ProxyApiHandlerServiceRole'],
    ['fargate', 'ProxyApiTaskRole'],
  ])('is, on %s, to list anything, to call models and profiles, and to read the one secret', (variant, role) => {
    const arn = (text: string): object => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...joined(text)]] })
    synthesised({ variant }).template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: role }],
      PolicyDocument: {
        Statement: [
          {
            Sid: 'ListModels',
            Effect: 'Allow',
            Action: ['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles'],
            Resource: '*',
          },
          {
            Sid: 'InvokeModels',
            Effect: 'Allow',
            Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
            Resource: [
              arn(':bedrock:*::foundation-model/*'),
              arn(':bedrock:*:ACCOUNT:inference-profile/*'),
              arn(':bedrock:*:ACCOUNT:application-inference-profile/*'),
            ],
          },
          {
            Sid: 'ApiKey',
            Effect: 'Allow',
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Resource: { Ref: 'ApiKeySecretArn' },
          },
        ],
      },
    })
  })
})

/** The members of a join, with the account where `ACCOUNT` stands. */
function joined(text: string): unknown[] {
  const [before = '', after] = text.split('ACCOUNT')
  return after === undefined ? [before] : [before, { Ref: 'AWS::AccountId' }, after]
}

describe('cdk-nag', () => {
  it.each(variants)('finds nothing that is not acknowledged, with $variant', context => {
    expect(() => synthesised(context)).not.toThrow()
  })

  it('is told a reason for each acknowledgement', () => {
    const all = acknowledgements(synthesised({ variant: 'both' }).app)
    expect(all.length).toBeGreaterThan(10)
    for (const { reason } of all) expect(reason.split(' ').length, reason).toBeGreaterThan(6)
  })
})
