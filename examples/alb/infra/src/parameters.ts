import { CfnParameter, type Stack } from 'aws-cdk-lib'

/** What is told at the deployment: `cdk deploy --parameters ApiKeySecretArn=…`, or the fields of the CloudFormation console. */
export class Parameters {
  /** The secret with the API keys. */
  readonly apiKeySecretArn: string
  /** Empty for plain HTTP. */
  readonly certificateArn: string
  private readonly defaultModel: string
  private readonly promptCaching: string

  constructor(stack: Stack) {
    this.apiKeySecretArn = new CfnParameter(stack, 'ApiKeySecretArn', {
      description:
        'ARN, whole, of the secret with the API keys: a key by itself, {"api_key": "..."} or {"keys": [...]}',
      allowedPattern: '^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:.+$',
    }).valueAsString
    this.certificateArn = new CfnParameter(stack, 'CertificateArn', {
      description:
        'ARN of an ACM certificate in this region: HTTPS on port 443, and port 80 only leads there. Empty: HTTP on port 80, API keys in the clear',
      allowedPattern: '^(arn:aws[a-z-]*:acm:.+)?$',
      default: '',
    }).valueAsString
    this.defaultModel = new CfnParameter(stack, 'DefaultModel', {
      description: 'Answers requests that name no model',
      default: 'anthropic.claude-3-sonnet-20240229-v1:0',
    }).valueAsString
    this.promptCaching = new CfnParameter(stack, 'EnablePromptCaching', {
      description: 'Whether every prompt is cached',
      allowedValues: ['true', 'false'],
      default: 'false',
    }).valueAsString
  }

  /** The environment that the function and the container have alike. */
  get environment(): Record<string, string> {
    return {
      API_KEY_SECRET_ARN: this.apiKeySecretArn,
      DEFAULT_MODEL: this.defaultModel,
      ENABLE_CROSS_REGION_INFERENCE: 'true',
      ENABLE_APPLICATION_INFERENCE_PROFILES: 'true',
      ENABLE_PROMPT_CACHING: this.promptCaching,
    }
  }
}
