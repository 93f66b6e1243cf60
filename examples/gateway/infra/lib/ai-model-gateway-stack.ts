import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import type { Key } from 'aws-cdk-lib/aws-kms'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'
import { gatewayApi } from './api/gateway-api.ts'
import { addGatewayMethods } from './api/gateway-methods.ts'
import { type GatewayFunctions, gatewayFunctions } from './compute/gateway-functions.ts'
import { operationalValues } from './compute/operational-values.ts'
import { type GatewayData, gatewayData } from './data/gateway-data.ts'
import { type EnvironmentProfile, environmentProfiles } from './environment-profile.ts'
import type { Settings } from './read-settings.ts'
import { type ResourceNames, resourceNames } from './resource-names.ts'
import { encryptionKey } from './security/encryption-key.ts'

export interface AiModelGatewayStackProps extends StackProps {
  readonly settings: Settings
}

/** What the stack has made, for the one that watches it. */
export interface GatewayResources extends GatewayFunctions {
  readonly names: ResourceNames
  readonly key: Key
  readonly data: GatewayData
  readonly api: RestApi
}

/** The gateway: API, firewall, functions, tables, secret, parameters. */
export class AiModelGatewayStack extends Stack {
  readonly resources: GatewayResources

  constructor(scope: Construct, id: string, { settings, ...props }: AiModelGatewayStackProps) {
    super(scope, id, props)
    const profile = environmentProfiles[settings.environment]
    const names = resourceNames(settings.environment)
    const key = encryptionKey(this, names, profile)
    const openAiSecret = this.#openAiSecret(names, key, profile)
    const data = gatewayData(this, { names, key, profile })
    const hasCors = settings.corsOrigins !== undefined
    const api = gatewayApi(this, { names, profile, hasCors })
    const functions = gatewayFunctions(this, { names, profile, settings, data, key, openAiSecret, api })
    addGatewayMethods(this, { api, prefix: names.prefix, hasCors, ...functions })
    for (const [name, value] of Object.entries(operationalValues(settings))) {
      const parameterName = `${names.parameters}/${name}`
      new StringParameter(this, parameterName, { parameterName, stringValue: value })
    }
    this.resources = { names, key, data, api, ...functions }

    new CfnOutput(this, 'ApiUrl', {
      value: api.url.replace(/\/$/, ''),
      description: 'Base URL, for OpenAI’s clients too',
    })
    new CfnOutput(this, 'OpenAiSecretArn', { value: openAiSecret.secretArn, description: 'Put OpenAI’s key here' })
  }

  /**
   * Holds a made-up key until somebody puts theirs in, so that the gateway starts: OpenAI refuses it, and calls go on to Bedrock. It is there
   * while OpenAI is not called, too: a stack that let it go and kept it could not make it again, since its name would be taken.
   */
  #openAiSecret(names: ResourceNames, encryptionKey: Key, { removalPolicy }: EnvironmentProfile): Secret {
    const secret = new Secret(this, 'OpenAiKey', {
      secretName: names.openAiSecret,
      description: 'OpenAI’s key, as { "api_key": "…" }',
      encryptionKey,
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'api_key', excludePunctuation: true },
      removalPolicy,
    })
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'OpenAI gives the key out, and nothing in AWS can make another; docs/deploy.md says how it is rotated.',
    })
    return secret
  }
}
