import { Stack } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge-wildcards.ts'

/** The role in which ECS starts a task: it pulls the image and writes the log. The app itself never has it. */
export function executionRole(scope: Construct, logGroup: LogGroup): Role {
  const role = new Role(scope, 'ExecutionRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') })
  const repositories = Stack.of(scope).formatArn({ service: 'ecr', resource: 'repository', resourceName: '*' })
  const statements = [
    allow('Registry', ['ecr:GetAuthorizationToken'], ['*']),
    allow(
      'Image',
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      [repositories],
    ),
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
  ]
  for (const statement of statements) role.addToPolicy(statement)
  acknowledgeWildcards(role, ['*'], 'A registry’s token is for the whole of it; the action takes no resource.')
  acknowledgeWildcards(
    role,
    [repositories],
    'Which repository holds the image is told at the deployment; it is one of this account.',
  )
  return role
}

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources })
}
