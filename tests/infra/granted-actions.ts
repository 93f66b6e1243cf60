/** A synthesised template, as `Template.fromStack(stack).toJSON()` has it. */
export interface CloudFormationTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>
}

interface TemplateResource {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
}

/** An action that a template allows somebody, or a managed policy's name, and the logical id of the resource that does. */
export interface GrantedAction {
  readonly action: string
  readonly resource: string
}

/**
 * Everything that a template allows: the actions of each policy document in it, wherever it stands (roles, trust, keys, topics,
 * queues, buckets, APIs), of `AWS::Lambda::Permission`s, and the names of the managed policies that its roles have.
 */
export function grantedActions(template: CloudFormationTemplate): GrantedAction[] {
  return Object.entries(template.Resources ?? {}).flatMap(([resource, { Type, Properties = {} }]) => {
    const found = [...actionsBelow(Properties), ...managedPolicies(Properties)]
    if (Type === 'AWS::Lambda::Permission') found.push(...texts(Properties.Action))
    return found.map(action => ({ action, resource }))
  })
}

function* actionsBelow(value: unknown): Generator<string> {
  if (!isObject(value)) return
  for (const [name, below] of Object.entries(value)) {
    if (name === 'Statement') for (const statement of [below].flat()) yield* allowedBy(statement)
    else yield* actionsBelow(below)
  }
}

function* allowedBy(statement: unknown): Generator<string> {
  if (!isObject(statement) || statement.Effect === 'Deny') return
  // It allows all actions but the ones it names, which no list can cover.
  if ('NotAction' in statement) yield `NotAction ${texts(statement.NotAction).join(' ')}`
  yield* texts(statement.Action)
}

function managedPolicies(properties: Readonly<Record<string, unknown>>): string[] {
  const arns = properties.ManagedPolicyArns
  return Array.isArray(arns)
    ? arns.map(arn => JSON.stringify(arn).match(/policy\/([\w+=,.@/-]+)/)?.[1] ?? `${arn}`)
    : []
}

function texts(value: unknown): string[] {
  return [value].flat().filter(each => typeof each === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
