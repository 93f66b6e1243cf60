import * as z from 'zod/mini'
import { excerptOf } from './excerpt.ts'
import { memberNames } from './member-names.ts'
import { shown } from './shown-value.ts'
import { noMember } from './spelling-of.ts'

/** One thing wrong with a value: where (`messages[2].role`, `''` for the whole), and a sentence for whoever wrote it. */
export interface Fault {
  readonly param: string
  readonly message: string
}

/** How {@link faultsOf} speaks. */
export interface FaultOptions {
  /** What the value as a whole is called in sentences. Defaults to `'the value'`. */
  readonly subject?: string | undefined
  /** Paths whose strings are not quoted. Defaults to those that end in a word for a secret, such as `apiKey`. */
  readonly conceal?: ((param: string) => boolean) | undefined
}

type Issue = z.core.$ZodIssue
interface Speech {
  readonly schema: z.core.$ZodType
  readonly subject: string
  readonly conceal: (param: string) => boolean
}

/** More would only bury the first. */
const MAX_FAULTS = 10

/**
 * Checks a value and says what is wrong in sentences that name the field, the value and the remedy; `zod/mini` by itself says
 * only "Invalid input". The value is left as it is: no copy, no defaults, and nothing is returned but the faults (at most 10).
 * A check's own `error` message is used as it stands, after the field's name. Synchronous schemas only.
 */
export function faultsOf(schema: z.core.$ZodType, value: unknown, options: FaultOptions = {}): readonly Fault[] {
  if (z.validate(schema, value)) return []
  const excerpt = excerptOf(value, candidate => z.validate(schema, candidate))
  const parsed = z.safeParse(schema, excerpt.value, { reportInput: true })
  const subject = options.subject ?? 'the value'
  if (parsed.success) return [{ param: '', message: `${subject} has a fault beyond the first of its many values.` }]
  const speech = { schema, subject, conceal: options.conceal ?? isSecret }
  return parsed.error.issues
    .slice(0, MAX_FAULTS)
    .flatMap(issue => toFaults({ ...issue, path: shifted(issue.path, excerpt.offsets) }, [], speech))
}

/** The path in the value itself of what was found in its excerpt. */
function shifted([key, index, ...rest]: readonly PropertyKey[], offsets: ReadonlyMap<string, number>): PropertyKey[] {
  if (key === undefined) return []
  if (index === undefined) return [key]
  const offset = typeof key === 'string' ? (offsets.get(key) ?? 0) : 0
  return [key, typeof index === 'number' ? index + offset : index, ...rest]
}

function isSecret(param: string): boolean {
  return /(key|keys|hash|secret|password|credentials?|token)(\[\d+\])*$/i.test(param)
}

function toFaults(issue: Issue, parent: readonly PropertyKey[], speech: Speech): Fault[] {
  const path = [...parent, ...issue.path]
  if (issue.code === 'invalid_union') {
    const inner = closestBranch(issue)
    if (inner !== undefined) return inner.flatMap(nested => toFaults(nested, path, speech))
  }
  const param = toParam(path)
  const name = param === '' ? speech.subject : `\`${param}\``
  if (issue.code === 'unrecognized_keys') {
    const names = memberNames(speech.schema, path)
    return [{ param, message: issue.keys.map(key => noMember(name, key, names)).join(' ') }]
  }
  return [{ param, message: sentence(issue, { name, path, conceal: speech.conceal(param) }) }]
}

/** `['messages', 2, 'role']` → `messages[2].role`. */
function toParam(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`
    return before === '' ? String(step) : `${before}.${String(step)}`
  }, '')
}

/** The issues of the alternative that had the right kind of value but a fault inside it; of several, the one with the fewest. */
function closestBranch(issue: z.core.$ZodIssueInvalidUnion): readonly Issue[] | undefined {
  const fits = issue.errors.filter(branch => branch.every(nested => nested.path.length > 0 || isInside(nested)))
  return fits.toSorted((one, other) => one.length - other.length)[0]
}

function isInside(issue: Issue): boolean {
  return issue.code !== 'invalid_type' && issue.code !== 'invalid_value' && issue.code !== 'invalid_union'
}

interface Place {
  /** As it stands in a sentence: in backticks, or the whole value's subject. */
  readonly name: string
  readonly path: readonly PropertyKey[]
  readonly conceal: boolean
}

function sentence(issue: Issue, place: Place): string {
  const { name, conceal } = place
  const value = shown(issue.input, conceal)
  switch (issue.code) {
    case 'invalid_value':
      return notOneOf(issue.input, issue.values, place)
    case 'invalid_type':
    case 'invalid_union': {
      if ('options' in issue && issue.options !== undefined && issue.discriminator !== undefined) {
        const tag = memberOf(issue.input, issue.discriminator)
        return notOneOf(tag, issue.options, place)
      }
      const wanted = expectation(issue)
      if (issue.input === undefined) return `${name} is missing; it must be ${wanted}.`
      return `${name} must be ${wanted}, got ${value}.`
    }
    case 'too_small':
      if (issue.origin !== 'string' && issue.origin !== 'array') return `${name} must be ${bound(issue)}, got ${value}.`
      if (issue.minimum === 1) return `${name} must not be empty.`
      return `${name} must have at least ${issue.minimum} ${unit(issue.origin)}.`
    case 'too_big':
      if (issue.origin !== 'string' && issue.origin !== 'array') return `${name} must be ${bound(issue)}, got ${value}.`
      return `${name} must have at most ${issue.maximum} ${unit(issue.origin)}.`
    case 'invalid_format':
      return `${name} must be ${formatName(issue)}, got ${value}.`
    case 'not_multiple_of':
      return `${name} must be a multiple of ${issue.divisor}, got ${value}.`
    case 'invalid_key':
      return `${name} is not a valid name here: ${issue.issues.map(inner => sentence(inner, { ...place, name: 'it' })).join(' ')}`
    case 'custom':
      return `${name} ${issue.message === 'Invalid input' ? `is not valid, got ${value}` : issue.message}.`
    default:
      return `${name} is not valid, got ${value}.`
  }
}

/** `'robot' is not a role; use one of system, user.` — the field's own name is the noun. */
function notOneOf(input: unknown, values: readonly unknown[], { name, path, conceal }: Place): string {
  const choices = values.map(String).join(', ')
  const remedy = values.length === 1 ? `it must be ${choices}` : `use one of ${choices}`
  if (input === undefined) return `${name} is missing; ${remedy}.`
  const field = path.findLast(step => typeof step === 'string')
  if (typeof input !== 'string' || conceal || typeof field !== 'string')
    return `${name} must be ${values.length === 1 ? '' : 'one of '}${choices}, got ${shown(input, conceal)}.`
  // A wire name is a noun (`tool_choice`); an option's may be anything (`exposeModels`).
  const kind = /[A-Z]/.test(field) ? 'known' : article(field.replaceAll('_', ' '))
  return `${name}: '${input.length > 60 ? `${input.slice(0, 59)}…` : input}' is not ${kind}; ${remedy}.`
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}

/** What was wanted, over all alternatives: `a string, an array or null`. */
function expectation(issue: Issue): string {
  const wants = new Set(expectations(issue))
  // `null` and absence are always said last.
  const words = [...wants].filter(word => word !== 'null').concat(wants.has('null') ? ['null'] : [])
  const last = words.pop() ?? 'something else'
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`
}

function expectations(issue: Issue): string[] {
  if (issue.code === 'invalid_type') return [typeName(issue.expected)]
  if (issue.code === 'invalid_value') return issue.values.map(value => (value === null ? 'null' : `'${String(value)}'`))
  if (issue.code === 'invalid_union') return issue.errors.flatMap(branch => branch.flatMap(expectations))
  return []
}

function typeName(expected: string): string {
  if (expected === 'int') return 'a whole number'
  if (expected === 'boolean') return 'true or false'
  if (expected === 'null' || expected === 'undefined') return expected
  if (expected === 'record') return 'an object'
  return article(expected)
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

function unit(origin: string): string {
  return origin === 'string' ? 'characters' : 'items'
}

function bound(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  if (issue.code === 'too_big') return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
  return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
}

function formatName(issue: z.core.$ZodIssueInvalidStringFormat): string {
  if (issue.format === 'url') return 'a URL'
  return issue.format === 'regex' ? `text that matches ${issue.pattern ?? 'its pattern'}` : `a valid ${issue.format}`
}
