import type { CloudFormationTemplate } from './granted-actions.ts'

interface DeployedTemplate extends CloudFormationTemplate {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>
}

interface Environment {
  readonly Variables: Readonly<Record<string, unknown>>
}

interface Reference {
  readonly Ref?: string
  readonly 'Fn::GetAtt'?: readonly [string, string]
}

/** What AWS calls a resource that is referred to, as far as a function is told of any. */
const names: Readonly<Record<string, (id: string) => string>> = {
  'AWS::SecretsManager::Secret': id => `arn:aws:secretsmanager:eu-west-1:111111111111:secret:${id}-AbCdEf`,
  'AWS::S3::Bucket': id => `${id.toLowerCase()}-1a2b3c`,
  'AWS::IAM::Role': id => `arn:aws:iam::111111111111:role/${id}`,
}

/** The variables of a template's one function, with what CloudFormation would put in the place of references. */
export function functionVariables(
  template: CloudFormationTemplate,
  parameters: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [found, ...others] = Object.values(template.Resources ?? {}).filter(({ Type }) => Type.endsWith('::Function'))
  if (!found || others.length > 0) throw new Error('The template has not one function.')
  const environment = found.Properties?.Environment as Environment | undefined
  return deployedValues(template, environment?.Variables ?? {}, parameters)
}

/** Values of a template as they are once it is deployed with these parameters. */
export function deployedValues(
  { Parameters = {}, Resources = {} }: DeployedTemplate,
  values: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, deployed(value)]))

  function deployed(value: unknown): string {
    if (typeof value === 'string') return value
    const { Ref, 'Fn::GetAtt': attribute } = value as Reference
    const id = Ref ?? attribute?.[0] ?? ''
    const made = parameters[id] ?? Parameters[id]?.Default ?? names[Resources[id]?.Type ?? '']?.(id)
    if (made === undefined) throw new Error(`Nobody here knows what becomes of ${JSON.stringify(value)}.`)
    return made
  }
}
