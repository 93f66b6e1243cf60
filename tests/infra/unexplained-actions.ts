import { type CloudFormationTemplate, grantedActions } from './granted-actions.ts'
import type { IamRow } from './iam-table.ts'

/** What a deployment is allowed to allow. */
export interface Explained {
  /** The list in the requirements of this deployment: actions, and names of managed policies. */
  readonly documented: readonly string[]
  /** Its rows of the table in `docs/deploy.md`. */
  readonly rows: readonly IamRow[]
}

/** What the templates allow that neither list names, one line each. It must be empty. */
export function unexplainedActions(
  templates: readonly CloudFormationTemplate[],
  { documented, rows }: Explained,
): string[] {
  const known = new Set([...documented, ...rows.map(({ action }) => action)])
  const unknown = templates.flatMap(grantedActions).filter(({ action }) => !known.has(action))
  return [...new Set(unknown.map(({ action, resource }) => `${action} in ${resource}`))]
}

/** Rows for actions that none of the templates allows. It must be empty, else the table tells of what is no more. */
export function staleRows(templates: readonly CloudFormationTemplate[], rows: readonly IamRow[]): string[] {
  const granted = new Set(templates.flatMap(grantedActions).map(({ action }) => action))
  return rows.map(({ action }) => action).filter(action => !granted.has(action))
}
