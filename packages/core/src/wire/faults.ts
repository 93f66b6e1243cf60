import * as z from 'zod/mini'
import { excerptOf } from './excerpt.ts'
import { article, type FaultPlace, isSecret, nameOf, notOneOf, paramOf, shownAt, wrongKind } from './fault-words.ts'

/** One thing wrong with a value: where (`messages[2].role`, `''` for the whole), and a sentence for whoever wrote it. */
export interface Fault {
  readonly param: string
  readonly message: string
}

/** How {@link faultsOf} speaks. */
export interface FaultOptions {
  /** What the value as a whole is called in sentences. Defaults to `'The request body'`. */
  readonly subject?: string | undefined
  /** Paths whose strings are not quoted. Defaults to those that end in a word for a secret, such as `apiKey`. */
  readonly conceal?: ((param: string) => boolean) | undefined
}

type Issue = z.core.$ZodIssue
type Speech = Readonly<Required<{ [K in keyof FaultOptions]: NonNullable<FaultOptions[K]> }>>

/** More would only bury the first. */
const MAX_FAULTS = 10

/**
 * Checks what a request says and tells what is wrong in sentences that name the field, the value and the remedy; `zod/mini` by itself says
 * only "Invalid input". The value is left as it is: no copy, no defaults, and nothing is returned but the faults (at most 10).
 * A check's own `error` message is used as it stands, after the field's name. Synchronous schemas only.
 */
export function faultsOf(schema: z.core.$ZodType, value: unknown, options: FaultOptions = {}): readonly Fault[] {
  if (z.validate(schema, value)) return []
  const excerpt = excerptOf(value, candidate => z.validate(schema, candidate))
  const parsed = z.safeParse(schema, excerpt.value, { reportInput: true })
  const { subject = 'The request body', conceal = isSecret } = options
  if (parsed.success) return [{ param: '', message: `${subject} has a fault beyond the first of its many values.` }]
  return parsed.error.issues
    .slice(0, MAX_FAULTS)
    .flatMap(issue => toFaults({ ...issue, path: shifted(issue.path, excerpt.offsets) }, [], { subject, conceal }))
}

/** The path in the value itself of what was found in its excerpt. */
function shifted([key, index, ...rest]: readonly PropertyKey[], offsets: ReadonlyMap<string, number>): PropertyKey[] {
  if (key === undefined) return []
  if (index === undefined) return [key]
  const offset = typeof key === 'string' ? (offsets.get(key) ?? 0) : 0
  return [key, typeof index === 'number' ? index + offset : index, ...rest]
}

function toFaults(issue: Issue, parent: readonly PropertyKey[], { subject, conceal }: Speech): Fault[] {
  const path = [...parent, ...issue.path]
  if (issue.code === 'invalid_union') {
    const inner = closestBranch(issue)
    if (inner !== undefined) return inner.flatMap(nested => toFaults(nested, path, { subject, conceal }))
  }
  const param = paramOf(path)
  return [{ param, message: sentence(issue, { path, subject, conceal: conceal(param) }) }]
}

/** The issues of the alternative that had the right kind of value but a fault inside it; of several, the one with the fewest. */
function closestBranch(issue: z.core.$ZodIssueInvalidUnion): readonly Issue[] | undefined {
  const fits = issue.errors.filter(branch => branch.every(nested => nested.path.length > 0 || isInside(nested)))
  return fits.toSorted((one, other) => one.length - other.length)[0]
}

function isInside(issue: Issue): boolean {
  return issue.code !== 'invalid_type' && issue.code !== 'invalid_value' && issue.code !== 'invalid_union'
}

function sentence(issue: Issue, place: FaultPlace): string {
  const name = nameOf(place)
  const value = shownAt(issue.input, place)
  switch (issue.code) {
    case 'invalid_value':
      return notOneOf(issue.input, issue.values, place)
    case 'invalid_type':
    case 'invalid_union':
      if ('options' in issue && issue.options !== undefined && issue.discriminator !== undefined)
        return notOneOf(memberOf(issue.input, issue.discriminator), issue.options, place)
      return wrongKind(issue.input, expectation(issue), place)
    case 'too_small':
      if (!isSized(issue)) return `${name} must be at least ${issue.minimum}, got ${value}.`
      return issue.minimum === 1
        ? `${name} must not be empty.`
        : `${name} must have at least ${issue.minimum} ${unit(issue)}.`
    case 'too_big':
      if (!isSized(issue)) return `${name} must be at most ${issue.maximum}, got ${value}.`
      return `${name} must have at most ${issue.maximum} ${unit(issue)}.`
    case 'invalid_key':
      return `${name} is not a valid name here: ${issue.issues.map(inner => sentence(inner, { ...place, subject: 'it', path: [] })).join(' ')}`
    case 'custom':
      return `${name} ${issue.message}.`
    default:
      return `${name} is not valid, got ${value}.`
  }
}

/** Whether it is a length that is bounded, and not a number. */
function isSized({ origin }: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): boolean {
  return origin === 'string' || origin === 'array'
}

function unit({ origin }: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  return origin === 'string' ? 'characters' : 'items'
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
  return expected === 'record' ? 'an object' : article(expected)
}
