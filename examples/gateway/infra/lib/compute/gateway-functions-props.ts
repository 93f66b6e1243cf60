import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { GatewayData } from '../data/gateway-data.ts'
import type { EnvironmentProfile } from '../environment-profile.ts'
import type { Settings } from '../read-settings.ts'
import type { ResourceNames } from '../resource-names.ts'

export interface GatewayFunctionsProps {
  readonly names: ResourceNames
  readonly profile: EnvironmentProfile
  readonly settings: Settings
  readonly data: GatewayData
  readonly key: Key
  /** The function is told of it, and may read it, where OpenAI is called. */
  readonly openAiSecret: Secret
  readonly api: RestApi
}
