import { shown } from './shown-value.ts'

/** Where a value stands, and how sentences speak of it. */
export interface FaultPlace {
  readonly path: readonly PropertyKey[]
  /** What the whole value is called. */
  readonly subject: string
  /** No part of it is quoted. Default: where the path ends in a word for a secret, such as `apiKey`. */
  readonly conceal?: boolean | undefined
}

/** `['messages', 2, 'role']` → `messages[2].role`. */
export function paramOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`
    return before === '' ? String(step) : `${before}.${String(step)}`
  }, '')
}

/** As it stands in a sentence: in backticks, or the whole value's subject. */
export function nameOf({ path, subject }: FaultPlace): string {
  return path.length === 0 ? subject : `\`${paramOf(path)}\``
}

/** The value as a sentence may show it. */
export function shownAt(value: unknown, { path, conceal = isSecret(paramOf(path)) }: FaultPlace): string {
  return shown(value, conceal)
}

/** Whether what stands there is a secret by its name. */
export function isSecret(param: string): boolean {
  return /(key|keys|hash|secret|password|credentials?|token)(\[\d+\])*$/i.test(param)
}

/** What is said of a value of another kind than `wanted`, which is `a number`. */
export function wrongKind(value: unknown, wanted: string, place: FaultPlace): string {
  if (value === undefined) return `${nameOf(place)} is missing; it must be ${wanted}.`
  return `${nameOf(place)} must be ${wanted}, got ${shownAt(value, place)}.`
}

/** `'robot' is not a role; use one of system, user.` — the field's own name is the noun. */
export function notOneOf(input: unknown, values: readonly unknown[], place: FaultPlace): string {
  const name = nameOf(place)
  // One of them may be that it is left out.
  const choices = values
    .filter(value => value !== undefined)
    .map(String)
    .join(', ')
  const remedy = values.length === 1 ? `it must be ${choices}` : `use one of ${choices}`
  if (input === undefined) return `${name} is missing; ${remedy}.`
  const field = place.path.findLast(step => typeof step === 'string')
  const { conceal = isSecret(paramOf(place.path)) } = place
  if (typeof input !== 'string' || conceal || typeof field !== 'string')
    return `${name} must be ${values.length === 1 ? '' : 'one of '}${choices}, got ${shown(input, conceal)}.`
  // A wire name is a noun (`tool_choice`); an option's may be anything (`exposeModels`).
  const kind = /[A-Z]/.test(field) ? 'known' : article(field.replaceAll('_', ' '))
  return `${name}: '${input.length > 60 ? `${input.slice(0, 59)}…` : input}' is not ${kind}; ${remedy}.`
}

/** `an object`. */
export function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
