import type * as z from 'zod'

export type ConfigPath = readonly (string | number)[]

/** One thing wrong with a configuration: where, and a sentence that goes on from there. */
export interface ConfigFault {
  readonly path: ConfigPath
  readonly message: string
}

/** `routes.fast[1]`, `providers["a b"]`; `the configuration` for the whole. */
export function formatPath(path: ConfigPath): string {
  if (path.length === 0) return 'the configuration'
  return path
    .map(step => {
      if (typeof step === 'number') return `[${step}]`
      return /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
    })
    .join('')
    .replace(/^\./, '')
}

/** What zod found, one fault a mistake. The sentences are {@link sentence}'s, or the schema's own. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], parent: ConfigPath = []): ConfigFault[] {
  return issues.flatMap(issue => {
    const path = [...parent, ...issue.path.map(step => (typeof step === 'number' ? step : String(step)))]
    if (issue.code === 'unrecognized_keys') {
      const sentences = issue.message.split('\n')
      return issue.keys.map((key, index) => ({ path: [...path, key], message: sentences[index] ?? issue.message }))
    }
    if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }]
    const branch = issue.code === 'invalid_union' ? likelyBranch(issue.errors) : undefined
    return branch ? faultsOf(branch, path) : [{ path, message: issue.message }]
  })
}

/** The alternative the writer meant: the one whose faults lie inside the value, not in its kind. */
function likelyBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  return branches.find(issues => issues.every(issue => issue.code !== 'invalid_type' || issue.path.length > 0))
}

/** The sentence for an issue that its schema has none for. Only where one of a few words was wanted is a string quoted, for another may be a secret. */
export function sentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; it must be ${kindName(issue.expected)}.`
        : `must be ${kindName(issue.expected)}, got ${kindOf(issue.input)}.`
    case 'invalid_value':
      return `must be ${issue.values.map(value => `'${String(value)}'`).join(' or ')}, got ${JSON.stringify(issue.input)}.`
    case 'invalid_union':
      return issue.input === undefined
        ? `is missing; it must be ${issue.errors.flatMap(branch => branch.flatMap(wanted)).join(' or ')}.`
        : `must be ${issue.errors.flatMap(branch => branch.flatMap(wanted)).join(' or ')}, got ${kindOf(issue.input)}.`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty.'
        : `must be at least ${issue.minimum}, got ${String(issue.input)}.`
    case 'too_big':
      return typeof issue.input === 'string'
        ? `must be at most ${issue.maximum} characters long, got ${issue.input.length}.`
        : `must be at most ${issue.maximum}, got ${String(issue.input)}.`
    default:
      return 'is not valid.'
  }
}

function wanted(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'invalid_type' ? [kindName(issue.expected)] : []
}

function kindName(expected: string): string {
  if (expected === 'int') return 'a whole number'
  if (expected === 'boolean') return 'true or false'
  if (expected === 'record' || expected === 'object') return 'an object'
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return kindName(typeof value)
}
