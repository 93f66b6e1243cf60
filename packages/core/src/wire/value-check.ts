import { type FaultPlace, nameOf, notOneOf, shownAt, wrongKind } from './fault-words.ts'
import { isMembers, isObject } from './is-object.ts'
import { isFlag, isText } from './plainly-right.ts'
import { noMember } from './spelling-of.ts'

/**
 * What a value among options must be. Options are checked while something is created, which cannot wait until a library of schemas is
 * loaded, as a request can; and most processes never need one.
 */
export interface ValueCheck {
  /** Its kind, as sentences have it: `a number`. */
  readonly wants: string
  readonly isKind: (value: unknown) => boolean
  /** What is wrong with it, a sentence each, that names the field, the value and the remedy. */
  readonly faults: (value: unknown, place: FaultPlace) => Iterable<string>
  /** Whether it must be given; all other members may be left out. */
  readonly isRequired?: boolean | undefined
}

/** More would only bury the first. */
const maxFaults = 10

/**
 * What is wrong with a value, at most ten sentences.
 * @param subject what the whole value is called in them
 */
export function valueFaults(check: ValueCheck, value: unknown, subject: string): string[] {
  const faults: string[] = []
  for (const fault of check.faults(value, { path: [], subject })) {
    if (faults.push(fault) === maxFaults) break
  }
  return faults
}

/** A member that must be given. */
export function required(check: ValueCheck): ValueCheck {
  return { ...check, isRequired: true }
}

/** What is looked at elsewhere. */
export function anything(): ValueCheck {
  return checkOf('anything', (_value): _value is unknown => true)
}

/** True or false. */
export function flag(): ValueCheck {
  return checkOf('true or false', isFlag)
}

/** What switches something off. */
export function off(): ValueCheck {
  return checkOf('false', (value): value is false => value === false)
}

/** A text, an empty one too. */
export function text(): ValueCheck {
  return checkOf('a string', isText)
}

/** Text that is not empty. */
export function name(): ValueCheck {
  return checkOf('a string', isText, (value, place) => (value === '' ? [`${nameOf(place)} must not be empty.`] : []))
}

/** Bounds of a number: `min` and `max` are within, `above` is not. */
interface NumberBounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly above?: number | undefined
}

/** A number that is finite. */
export function number({ min, max, above }: NumberBounds = {}): ValueCheck {
  return checkOf('a number', isNumber, (value, place) => {
    const name = nameOf(place)
    if (min !== undefined && value < min) return [`${name} must be at least ${min}, got ${shownAt(value, place)}.`]
    if (above !== undefined && value <= above)
      return [`${name} must be more than ${above}, got ${shownAt(value, place)}.`]
    if (max !== undefined && value > max) return [`${name} must be at most ${max}, got ${shownAt(value, place)}.`]
    return []
  })
}

/** A number without a fraction that a number holds exactly. */
export function whole(min: number = -Number.MAX_SAFE_INTEGER, max: number = Number.MAX_SAFE_INTEGER): ValueCheck {
  const bounded = number({ min, max })
  return checkOf('a number', isNumber, (value, place) =>
    Number.isInteger(value) ? bounded.faults(value, place) : [wrongKind(value, 'a whole number', place)],
  )
}

/** One of these texts. */
export function oneOf(values: readonly string[]): ValueCheck {
  const isOne = (value: unknown): boolean => isText(value) && values.includes(value)
  const faults: ValueCheck['faults'] = (value, place) => (isOne(value) ? [] : [notOneOf(value, values, place)])
  return { wants: values.map(value => `'${value}'`).join(', '), isKind: isOne, faults }
}

/** @param words what is said of what does not fit, after the field's name: `must be a function` */
export function fits(isRight: (value: unknown) => boolean, words: string | ((value: unknown) => string)): ValueCheck {
  const wordsOf = typeof words === 'string' ? () => words : words
  const faults: ValueCheck['faults'] = (value, place) => (isRight(value) ? [] : [`${nameOf(place)} ${wordsOf(value)}.`])
  return { wants: 'something else', isKind: isRight, faults }
}

/** A function, of whatever parameters. */
export function callable(): ValueCheck {
  return fits(value => typeof value === 'function', 'must be a function')
}

/** What has all of these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every(name => typeof Reflect.get(value, name) === 'function')
}

/** @param atLeast `1` where it must not be empty */
export function listOf(item: ValueCheck, atLeast: 0 | 1 = 0): ValueCheck {
  return checkOf('an array', isList, function* (list, place) {
    if (list.length < atLeast) yield `${nameOf(place)} must not be empty.`
    for (const [index, value] of list.entries()) yield* item.faults(value, below(place, index))
  })
}

/** Values of one kind under names of anybody's choice, each of at least one character where `isNamed`. */
export function tableOf(value: ValueCheck, isNamed = false): ValueCheck {
  return checkOf('an object', isMembers, function* (table, place) {
    // A `Map` has no members, and would pass as an empty table.
    if (!isPlain(table)) yield `${nameOf(place)} must be a plain object, and none that a class made.`
    for (const [key, each] of Object.entries(table)) {
      if (isNamed && key === '') yield `${nameOf(below(place, key))} is not a valid name here: it must not be empty.`
      yield* value.faults(each, below(place, key))
    }
  })
}

/** Members of these names and no others. */
export function members(checks: Readonly<Record<string, ValueCheck>>): ValueCheck {
  return checkOf('an object', isMembers, function* (value, place) {
    yield* knownMembers(checks).faults(value, place)
    const names = Object.keys(checks)
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(checks, name)) yield noMember(nameOf(place), name, names)
    }
  })
}

/** Members of these names; of others somebody else tells. */
export function knownMembers(checks: Readonly<Record<string, ValueCheck>>): ValueCheck {
  return checkOf('an object', isMembers, function* (value, place) {
    for (const [name, check] of Object.entries(checks)) {
      const member = value[name]
      if (member !== undefined || check.isRequired) yield* check.faults(member, below(place, name))
    }
  })
}

/** Of two kinds. What is wrong within a value of the second kind is told as such. */
export function either(first: ValueCheck, second: ValueCheck): ValueCheck {
  const wants = `${first.wants} or ${second.wants}`
  return {
    wants,
    isKind: value => first.isKind(value) || second.isKind(value),
    faults(value, place) {
      if (first.isKind(value)) return first.faults(value, place)
      return second.isKind(value) ? second.faults(value, place) : [wrongKind(value, wants, place)]
    },
  }
}

function checkOf<T>(
  wants: string,
  isKind: (value: unknown) => value is T,
  within: (value: T, place: FaultPlace) => Iterable<string> = () => [],
): ValueCheck {
  return {
    wants,
    isKind,
    faults: (value, place) => (isKind(value) ? within(value, place) : [wrongKind(value, wants, place)]),
  }
}

function below({ path, ...place }: FaultPlace, step: string | number): FaultPlace {
  return { ...place, path: [...path, step] }
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
