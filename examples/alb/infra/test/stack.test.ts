import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { sizes } from '../../../../tests/deploy-costs/workload.ts'
import { plainTemplates } from '../src/plain-templates.ts'
import { readContext } from '../src/read-context.ts'
import { synthesised } from './synthesised.ts'

const lambda = synthesised()
const fargate = synthesised({ variant: 'fargate' })
const both = synthesised({ variant: 'both', fargatePercent: 25 })

describe('the network', () => {
  const { template } = lambda

  it('is 10.250.0.0/16 with a public subnet in each of two zones, and an internet gateway', () => {
    template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.250.0.0/16' })
    template.resourceCountIs('AWS::EC2::Subnet', 2)
    const zones = { 'Fn::GetAZs': '' }
    for (const index of [0, 1]) {
      template.hasResourceProperties('AWS::EC2::Subnet', {
        CidrBlock: `10.250.${index}.0/24`,
        AvailabilityZone: { 'Fn::Select': [index, zones] },
      })
    }
    template.resourceCountIs('AWS::EC2::InternetGateway', 1)
    template.hasResourceProperties('AWS::EC2::Route', {
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: Match.anyValue(),
    })
    template.resourceCountIs('AWS::EC2::NatGateway', 0)
  })

  it('has a load balancer that faces the internet, in both', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      Type: 'application',
      Subnets: [Match.anyValue(), Match.anyValue()],
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'idle_timeout.timeout_seconds', Value: '600' }]),
    })
  })

  it('lets clients in on port 80, and on 443 only with a certificate', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 80, ToPort: 80, IpProtocol: 'tcp' })],
    })
    template.hasResource('AWS::EC2::SecurityGroupIngress', {
      Condition: 'HasCertificate',
      Properties: { FromPort: 443, ToPort: 443 },
    })
  })

  it('serves HTTP, or HTTPS where port 80 only leads there', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: {
        'Fn::If': ['HasCertificate', [Match.objectLike({ Type: 'redirect' })], [Match.objectLike({ Type: 'forward' })]],
      },
    })
    template.hasResource('AWS::ElasticLoadBalancingV2::Listener', {
      Condition: 'HasCertificate',
      Properties: {
        Port: 443,
        Protocol: 'HTTPS',
        Certificates: [{ CertificateArn: { Ref: 'CertificateArn' } }],
        DefaultActions: [Match.objectLike({ Type: 'forward' })],
      },
    })
  })
})

/** The environment, as both variants have it. */
const environment = {
  API_KEY_SECRET_ARN: { Ref: 'ApiKeySecretArn' },
  DEFAULT_MODEL: { Ref: 'DefaultModel' },
  ENABLE_CROSS_REGION_INFERENCE: 'true',
  ENABLE_APPLICATION_INFERENCE_PROFILES: 'true',
  ENABLE_PROMPT_CACHING: { Ref: 'EnablePromptCaching' },
}

describe('what is told at the deployment', () => {
  it('is the secret, and what else has a default', () => {
    lambda.template.hasParameter('ApiKeySecretArn', { Default: Match.absent() })
    lambda.template.hasParameter('DefaultModel', { Default: 'anthropic.claude-3-sonnet-20240229-v1:0' })
    lambda.template.hasParameter('EnablePromptCaching', { Default: 'false', AllowedValues: ['true', 'false'] })
    lambda.template.hasParameter('CertificateArn', { Default: '' })
  })

  it('is to be an ARN where it says so', () => {
    const pattern = (name: string): RegExp =>
      new RegExp(lambda.template.findParameters(name)[name]?.AllowedPattern as string)
    expect('arn:aws:secretsmanager:us-east-1:111111111111:secret:keys-AbCdEf').toMatch(pattern('ApiKeySecretArn'))
    expect('keys').not.toMatch(pattern('ApiKeySecretArn'))
    expect('').toMatch(pattern('CertificateArn'))
    expect('example.com').not.toMatch(pattern('CertificateArn'))
  })
})

describe('the function', () => {
  it('is a container image on ARM64 with 1024 MB, for 600 s, under the document’s environment', () => {
    lambda.template.resourceCountIs('AWS::Lambda::Function', 1)
    lambda.template.hasResourceProperties('AWS::Lambda::Function', {
      PackageType: 'Image',
      Architectures: ['arm64'],
      MemorySize: 1024,
      Timeout: 600,
      Environment: { Variables: environment },
    })
  })

  it('is of the size that docs/deploy.md reckons with, and so is the container', () => {
    const { albFunction, container } = sizes
    lambda.template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: albFunction.memoryGb * 1024 })
    fargate.template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: String(container.vcpu * 1024),
      Memory: String(container.memoryGb * 1024),
    })
    fargate.template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: container.least })
    fargate.template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: { TargetValue: container.cpuShare * 100 },
    })
  })

  it('is called by a target group that sends all headers and checks no health', () => {
    lambda.template.hasResource('AWS::ElasticLoadBalancingV2::TargetGroup', {
      DependsOn: Match.arrayWith(['ProxyApiHandlerInvoke']),
      Properties: {
        TargetType: 'lambda',
        HealthCheckEnabled: false,
        TargetGroupAttributes: Match.arrayWith([{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }]),
      },
    })
  })
})

describe('the container', () => {
  const { template } = fargate

  it('stands behind the same load balancer, and alone', () => {
    template.resourceCountIs('AWS::Lambda::Function', 0)
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1)
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'ip',
      Port: 8080,
      HealthCheckPath: '/health',
    })
  })

  it('is two tasks on ARM64, reached by the load balancer alone', () => {
    template.hasResourceProperties('AWS::ECS::Service', { LaunchType: 'FARGATE', DesiredCount: 2 })
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      RequiresCompatibilities: ['FARGATE'],
    })
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 8080,
      ToPort: 8080,
      SourceSecurityGroupId: Match.anyValue(),
    })
    expect(JSON.stringify(template.findResources('AWS::EC2::SecurityGroupIngress'))).not.toMatch(/CidrIp[^}]*8080/)
  })

  it('writes no file, holds no capability, and has the document’s environment', () => {
    const variables = Object.entries(environment).map(([Name, Value]) => ({ Name, Value }))
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          ReadonlyRootFilesystem: true,
          LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
          Environment: Match.arrayWith(variables),
        }),
      ],
    })
  })

  it('outlives the load balancer’s connections, and ends by itself before it is killed', () => {
    const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
    const [container] = (task?.Properties.ContainerDefinitions ?? []) as {
      StopTimeout: number
      Environment: { Name: string; Value: unknown }[]
    }[]
    const variable = (name: string): number => Number(container?.Environment.find(({ Name }) => Name === name)?.Value)
    expect(variable('KEEP_ALIVE_TIMEOUT_MS')).toBeGreaterThan(600_000)
    expect(variable('SHUTDOWN_GRACE_MS')).toBeLessThan(container!.StopTimeout * 1000)
  })

  it('starts once the listener that uses its target group is there, whichever that is', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      Tags: Match.arrayWith([
        { Key: 'listener', Value: { 'Fn::If': ['HasCertificate', Match.anyValue(), Match.anyValue()] } },
      ]),
    })
  })

  it('is built from the repository, without what is not of it', () => {
    const { directory } = fargate.app.synth().getStackArtifact('ai-gateway-alb').assembly
    const sources = readdirSync(directory)
      .filter(name => name.startsWith('asset.'))
      .map(name => join(directory, name))
      .filter(path => existsSync(join(path, 'pnpm-lock.yaml')))
    expect(sources).toHaveLength(1)
    expect(existsSync(join(sources[0]!, 'examples/alb/Dockerfile'))).toBe(true)
    const files = readdirSync(sources[0]!, { recursive: true, encoding: 'utf8' })
    expect(files.filter(path => /(^|\/)(node_modules|cdk\.out|\.git|\.tsc)(\/|$)/.test(path))).toEqual([])
  })
})

describe('both', () => {
  it('share the requests as was asked', () => {
    const weights = {
      ForwardConfig: { TargetGroups: [Match.objectLike({ Weight: 75 }), Match.objectLike({ Weight: 25 })] },
    }
    both.template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      DefaultActions: [Match.objectLike(weights)],
    })
    both.template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 2)
  })

  it('are refused with a share that is none, and so is a variant that is none', () => {
    expect(() => synthesised({ variant: 'ec2', fargatePercent: 101 })).toThrow(/variant=ec2.*\n.*fargatePercent=101/)
  })
})

describe('the share of the container', () => {
  it('that is set to nothing counts as not set, as the variant does', () => {
    const options = { variant: 'both', fargatePercent: '' }
    expect(readContext(name => options[name as keyof typeof options])).toEqual({ variant: 'both', fargatePercent: 10 })
    expect(readContext(() => '')).toEqual({ variant: 'lambda', fargatePercent: 10 })
  })

  it.each(['lambda', 'fargate'])('is refused beside the variant %s, which has no shares', variant => {
    const options = { variant, fargatePercent: '50' }
    expect(() => readContext(name => options[name as keyof typeof options])).toThrow(
      `-c fargatePercent=50: is for the variant both, and this is ${variant}.`,
    )
  })
})

describe('the plain templates', () => {
  const templates = plainTemplates(mkdtempSync(join(tmpdir(), 'modelgate-cdk-')))
  const committed = join(import.meta.dirname, '../cloudformation')

  it('are the committed ones: `pnpm --dir examples/alb/infra run templates` writes them', () => {
    expect([...templates.keys()].sort()).toEqual(readdirSync(committed).sort())
    for (const [name, text] of templates) expect(readFileSync(join(committed, name), 'utf8'), name).toBe(text)
  })

  it.each([...templates])('%s needs neither the CDK nor its bootstrap, and at most 51,200 bytes', (_name, text) => {
    expect(text).not.toMatch(/cdk-bootstrap|BootstrapVersion|AWS::CDK::Metadata|cdk-hnb659fds/)
    // What `--template-body` takes.
    expect(Buffer.byteLength(text)).toBeLessThan(51_200)
  })

  it('say which image by a parameter', () => {
    expect(templates.get('gateway-lambda.template.json')).toContain(
      '"ImageUri": {\n            "Ref": "FunctionImageUri"',
    )
    expect(templates.get('gateway-fargate.template.json')).toContain('"Ref": "ContainerImageUri"')
  })
})

it('refuses what it does not read by its name, as what is misspelt would be deployed without', () => {
  expect(() => synthesised({ varient: 'x' })).toThrow('-c varient: is nothing that this app reads; it reads ')
})
