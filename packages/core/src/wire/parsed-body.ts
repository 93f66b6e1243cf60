import { BodyError, noObject } from './body-error.ts'
import { isMembers, isObject } from './is-object.ts'
import { maxDepth } from './nesting.ts'

/**
 * Checks a body that a parser of the host's has read: such parsers take any depth, on which whatever walks the value later
 * overflows the stack, and a key `__proto__`, which a later `Object.assign` turns into an attack. Walks without recursion.
 * @throws {BodyError} not an object, nested too deeply, or a key `__proto__` anywhere.
 */
export function checkParsedBody(value: unknown): object {
  if (!isMembers(value)) throw noObject(value)
  let level: object[] = [value]
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth)
      throw new BodyError(`The request body is nested deeper than ${maxDepth} levels; send flatter JSON.`)
    const next: object[] = []
    for (const parent of level) {
      if (Object.hasOwn(parent, '__proto__'))
        throw new BodyError('The request body has a key `__proto__`, which is refused; rename or remove it.')
      for (const child of Object.values(parent)) if (isObject(child)) next.push(child)
    }
    level = next
  }
  return value
}
