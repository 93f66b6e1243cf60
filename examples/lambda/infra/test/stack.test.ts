import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { sizes } from '../../../../tests/deploy-costs/workload.ts'
import { synthesised } from './synthesised.ts'

const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/11111111-2222-3333-4444-555555555555'
const image = synthesised()
const zip = synthesised({ packaging: 'zip' })
const withDomains = synthesised({ stagingCertificateArn: certificateArn, productionCertificateArn: certificateArn })

describe('the function', () => {
  it('is one container image on ARM64, for 60 s at most', () => {
    for (const template of [image.staging, image.production]) {
      template.resourceCountIs('AWS::Lambda::Function', 1)
      template.hasResourceProperties('AWS::Lambda::Function', {
        PackageType: 'Image',
        Code: { ImageUri: Match.anyValue() },
        Architectures: ['arm64'],
        // As docs/deploy.md reckons its price.
        MemorySize: sizes.lambda.memoryGb * 1024,
        Timeout: 60,
      })
    }
  })

  it('is built from Lambda’s own base image, around the one bundled file', () => {
    const { directory } = image.app.synth().getStackArtifact('ai-gateway-lambda-staging').assembly
    const manifest = JSON.parse(readFileSync(join(directory, 'ai-gateway-lambda-staging.assets.json'), 'utf8')) as {
      readonly dockerImages: Readonly<
        Record<string, { readonly source: { readonly directory: string; readonly platform: string } }>
      >
    }
    const [{ source } = { source: { directory: '', platform: '' } }, ...others] = Object.values(manifest.dockerImages)
    expect(others).toEqual([])
    expect(source.platform).toBe('linux/arm64')
    const dockerfile = readFileSync(join(directory, source.directory, 'Dockerfile'), 'utf8')
    expect(dockerfile).toMatch(/^FROM public\.ecr\.aws\/lambda\/nodejs:24$/m)
    expect(dockerfile).toMatch(/^CMD \["handler\.handler"\]$/m)
    expect(readFileSync(join(directory, source.directory, 'handler.mjs'), 'utf8')).toContain('API_KEY_SECRET_ARN')
  })

  it('is a zip on Node 24 where that is asked for, else the same', () => {
    zip.staging.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Handler: 'handler.handler',
      Architectures: ['arm64'],
      Timeout: 60,
    })
  })

  it('has the documented models, cross-region inference, and its key in Secrets Manager alone', () => {
    const [secret = ''] = Object.keys(image.staging.findResources('AWS::SecretsManager::Secret'))
    image.staging.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          API_KEY_SECRET_ARN: { Ref: secret },
          DEFAULT_MODEL: 'anthropic.claude-3-sonnet-20240229-v1:0',
          DEFAULT_EMBEDDING_MODEL: 'cohere.embed-multilingual-v3',
          ENABLE_CROSS_REGION_INFERENCE: 'true',
        },
      },
    })
    image.staging.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { GenerateStringKey: 'api_key', PasswordLength: 48, ExcludePunctuation: true },
    })
    image.staging.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'Retain' })
  })
})

describe('its front', () => {
  it('is a function URL that streams, for whoever has a key', () => {
    image.staging.hasResourceProperties('AWS::Lambda::Url', { InvokeMode: 'RESPONSE_STREAM', AuthType: 'NONE' })
    image.staging.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    })
    image.staging.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: '*',
      InvokedViaFunctionUrl: true,
    })
  })

  it('is CloudFront before that, which keeps nothing, holds nothing back and asks for HTTPS', () => {
    image.staging.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        HttpVersion: 'http2and3',
        DefaultCacheBehavior: {
          AllowedMethods: Match.arrayWith(['GET', 'POST', 'DELETE']),
          // AWS's own policies: CachingDisabled, AllViewerExceptHostHeader.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          ViewerProtocolPolicy: 'https-only',
          Compress: false,
        },
        Origins: [
          Match.objectLike({
            CustomOriginConfig: Match.objectLike({ OriginReadTimeout: 60, OriginProtocolPolicy: 'https-only' }),
          }),
        ],
      },
    })
  })

  it('has the document’s two domains, each once its certificate is given', () => {
    const aliases = (domain: string) => ({
      DistributionConfig: Match.objectLike({
        Aliases: [domain],
        ViewerCertificate: Match.objectLike({
          AcmCertificateArn: certificateArn,
          MinimumProtocolVersion: 'TLSv1.2_2021',
        }),
      }),
    })
    withDomains.staging.hasResourceProperties(
      'AWS::CloudFront::Distribution',
      aliases('staging-ai-gateway.example.com'),
    )
    withDomains.production.hasResourceProperties('AWS::CloudFront::Distribution', aliases('ai-gateway.example.com'))
    expect(JSON.stringify(image.staging.toJSON())).not.toContain('Aliases')
  })

  it('says where OpenAI clients call, and what DNS points at', () => {
    withDomains.production.hasOutput('BaseUrl', { Value: 'https://ai-gateway.example.com/v1' })
    for (const name of ['FunctionUrl', 'CloudFrontName', 'ApiKeySecretArn']) withDomains.production.hasOutput(name, {})
  })
})

describe('the app', () => {
  it('is in Ireland, whatever region the shell has, unless another is given', () => {
    const region = ({ app }: typeof image) =>
      app.synth().getStackArtifact('ai-gateway-lambda-production').environment.region
    expect(region(image)).toBe('eu-west-1')
    expect(region(synthesised({ region: 'us-east-1' }))).toBe('us-east-1')
  })

  it('calls models in its region alone where that is asked for', () => {
    synthesised({ crossRegion: 'false' }).staging.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ ENABLE_CROSS_REGION_INFERENCE: 'false' }) },
    })
  })

  it('needs no account, and takes one', () => {
    const environment = ({ app }: typeof image) => app.synth().getStackArtifact('ai-gateway-lambda-staging').environment
    expect(environment(image).account).toBe('unknown-account')
    expect(environment(synthesised({ account: '111111111111' })).account).toBe('111111111111')
  })

  it('says all that is wrong with what it is told, a line each', () => {
    const given = {
      packaging: 'jar',
      region: 'Ireland',
      account: '1',
      stagingCertificateArn: certificateArn.replace('us-east-1', 'eu-west-1'),
      batch: 'yes',
    }
    expect(() => synthesised(given)).toThrow(
      /packaging=jar.*\n.*region=Ireland.*\n.*account=1:.*\n.*stagingCertificateArn=.*us-east-1, where CloudFront looks.*\n.*batch=yes/,
    )
  })

  it('lets nobody delete production by mistake', () => {
    const { app } = image
    expect(app.synth().getStackArtifact('ai-gateway-lambda-production').terminationProtection).toBe(true)
    expect(app.synth().getStackArtifact('ai-gateway-lambda-staging').terminationProtection).toBe(false)
  })

  it('marks what it makes with its environment', () => {
    image.production.hasResourceProperties('AWS::Lambda::Function', {
      Tags: Match.arrayWith([{ Key: 'environment', Value: 'production' }]),
    })
  })
})

describe('batch', () => {
  const { staging } = synthesised({ batch: 'true' })

  it('is a bucket that nobody else reads, and a role that Bedrock alone takes, for jobs of this account', () => {
    staging.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    })
    staging.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'bedrock.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }, ArnLike: Match.anyValue() },
          }),
        ],
      },
    })
  })

  it('lets the function hand over that role only, and only to Bedrock', () => {
    staging.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'iam:PassRole',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BatchRole'), 'Arn'] },
            Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
          }),
        ]),
      },
    })
  })

  it('is not there unless asked for', () => {
    image.staging.resourceCountIs('AWS::S3::Bucket', 0)
  })
})

it('refuses what it does not read by its name, as what is misspelt would be deployed without', () => {
  expect(() => synthesised({ batches: 'x' })).toThrow('-c batches: is nothing that this app reads; it reads ')
})
