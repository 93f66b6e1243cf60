import { describe, expect, it } from 'vitest'
import { grantedActions } from './granted-actions.ts'
import { iamRows } from './iam-table.ts'
import { staleRows, unexplainedActions } from './unexplained-actions.ts'

const statement = (more: object) => ({ Effect: 'Allow', Resource: '*', ...more })
const template = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [statement({ Action: 'sts:AssumeRole' })] },
        ManagedPolicyArns: [
          { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AdministratorAccess']] },
          'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        ],
        Policies: [{ PolicyDocument: { Statement: statement({ Action: ['s3:*', 's3:GetObject'] }) } }],
      },
    },
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: { Statement: [statement({ Action: 'kms:*' }), { Effect: 'Deny', Action: 'kms:Put*' }] },
      },
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyDocument: { Statement: [statement({ NotAction: 'iam:*' })] } },
    },
    Permission: { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction' } },
    Listener: { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { Action: 'forward' } },
  },
}

describe('what a template allows', () => {
  it('is found wherever it stands: in roles, trust, keys, permissions, managed policies', () => {
    const found = grantedActions(template).map(({ action, resource }) => `${resource} ${action}`)
    expect(found.sort()).toEqual([
      'Key kms:*',
      'Permission lambda:InvokeFunction',
      'Policy NotAction iam:*',
      'Role AdministratorAccess',
      'Role s3:*',
      'Role s3:GetObject',
      'Role service-role/AWSLambdaBasicExecutionRole',
      'Role sts:AssumeRole',
    ])
  })

  const markdown = [
    '## IAM actions',
    '### one',
    '| IAM action | feature | switch |',
    '| --- | --- | --- |',
    '| `s3:GetObject`, `s3:PutObject` | files | `-c files=false` |',
    '| `sts:AssumeRole` | roles | – |',
    '### two',
    '| `s3:*` | all | – |',
    '## Other',
    '### one',
    '| `kms:*` | not this table | – |',
  ].join('\n')

  it('must be in the document or in the deployment’s own rows, to the letter', () => {
    const rows = iamRows('one', markdown)
    expect(rows).toEqual([
      { action: 's3:GetObject', feature: 'files', removedBy: '`-c files=false`' },
      { action: 's3:PutObject', feature: 'files', removedBy: '`-c files=false`' },
      { action: 'sts:AssumeRole', feature: 'roles', removedBy: undefined },
    ])
    const documented = ['lambda:InvokeFunction', 'service-role/AWSLambdaBasicExecutionRole']
    expect(unexplainedActions([template, template], { documented, rows })).toEqual([
      's3:* in Role',
      'AdministratorAccess in Role',
      'kms:* in Key',
      'NotAction iam:* in Policy',
    ])
    expect(staleRows([template], rows)).toEqual(['s3:PutObject'])
  })

  it('cannot be held against a table that is not there', () => {
    expect(() => iamRows('three', markdown)).toThrow("no heading '### three'")
  })
})
