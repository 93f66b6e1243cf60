import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { type ConfigFault, type ConfigPath, formatPath } from './config-fault.ts'

/** A configuration file as JSON with comments and trailing commas, and where in it things stand. */
export interface ConfigSource {
  readonly value: unknown
  /** Members that stand twice in one object, of which the parser would keep the last and say nothing, and such as can have no member's name. */
  readonly misnamed: readonly ConfigFault[]
  /** `<file>:<line>:<column>: <path>: <message>` */
  readonly line: (fault: ConfigFault) => string
  /** `<file>:<line>:<column>` of what stands at a path. */
  readonly place: (path: ConfigPath) => string
}

/** The source, or the line that says where it is no JSON. */
export function parseConfigSource(text: string, file: string): ConfigSource | readonly string[] {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const place = (offset: number): string => `${file}:${placeOf(text, offset)}`
  const [first] = errors
  // What follows upon it is what the parser made of it, and leads nobody anywhere.
  if (first) return [`${place(first.offset)}: This is not JSON: ${words(printParseErrorCode(first.error))}.`]
  if (!root) return [`${place(0)}: This is not JSON: value expected.`]
  return {
    value: getNodeValue(root),
    misnamed: [...misnamedIn(root, [])],
    place: path => place(nearest(root, path).offset),
    line: ({ path, message }) => `${place(nearest(root, path).offset)}: ${formatPath(path)}: ${message}`,
  }
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

/** `CommaExpected` → `comma expected`. */
function words(code: string): string {
  return code.replace(/\B[A-Z]/g, letter => ` ${letter}`).toLowerCase()
}

/** The node at a path; what is missing is blamed on the object it is missing from. */
function nearest(root: Node, path: ConfigPath): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const found = findNodeAtLocation(root, path.slice(0, length))
    if (found) return found.parent?.type === 'property' ? found.parent : found
  }
  return root
}

function* misnamedIn(node: Node, path: ConfigPath): Generator<ConfigFault> {
  const seen = new Set<string>()
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type === 'array') yield* misnamedIn(child, [...path, index])
    const [name, value] = child.type === 'property' ? (child.children ?? []) : []
    if (!name || !value) continue
    const key = String(name.value)
    if (seen.has(key)) yield { path: [...path, key], message: 'stands twice in this object; keep one.' }
    seen.add(key)
    // Records of names would leave it out and say nothing.
    if (key === '__proto__') yield { path: [...path, key], message: 'is a name that nothing can have; choose another.' }
    yield* misnamedIn(value, [...path, key])
  }
}
