import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge-wildcards.ts'
import { batchJobArn, modelArns } from './bedrock-access.ts'

/** The files of batch jobs, and the role in which Bedrock reads and writes them. */
export class BatchStorage extends Construct {
  readonly bucket: Bucket
  readonly role: Role

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.role = new Role(this, 'Role', {
      description: 'Bedrock takes it to read and write the files of batch jobs',
      assumedBy: new ServicePrincipal('bedrock.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': batchJobArn(this) },
        },
      }),
    })
    this.role.addToPolicy(allow('Files', ['s3:GetObject', 's3:PutObject'], [this.bucket.arnForObjects('*')]))
    this.role.addToPolicy(allow('List', ['s3:ListBucket'], [this.bucket.bucketArn]))
    this.role.addToPolicy(allow('Models', ['bedrock:InvokeModel'], modelArns(this)))
    acknowledgeWildcards(this.role, modelArns(this), 'Jobs may name any model of the makers named, or a profile of it.')
    acknowledgeWildcards(this.role, [this.files], 'The files of a job have names made as it comes.')
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the function and Bedrock reach the bucket, and both log what they do.',
    })
  }

  /** Lets a role put files there, hand the other role to Bedrock, and look after the jobs. */
  grantJobs(role: Role): void {
    const statements = [
      allow('Jobs', ['bedrock:GetModelInvocationJob', 'bedrock:StopModelInvocationJob'], [batchJobArn(this)]),
      allow('BatchFiles', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], [this.files]),
      allow('BatchList', ['s3:ListBucket'], [this.bucket.bucketArn]),
      new PolicyStatement({
        sid: 'HandOver',
        effect: Effect.ALLOW,
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      }),
    ]
    for (const statement of statements) role.addToPolicy(statement)
    acknowledgeWildcards(role, [this.files], 'The files of a job have names made as it comes.')
    acknowledgeWildcards(role, [batchJobArn(this)], 'A job gets its id when it is made.')
  }

  private get files(): string {
    return this.bucket.arnForObjects('*')
  }
}

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources })
}
