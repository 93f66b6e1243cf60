import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { type ConfigFault, type ConfigPath, formatPath } from './config-fault.ts'

/** A configuration file as JSON with comments and trailing commas, and where in it things stand. */
interface ConfigSource {
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
  const starts = lineStarts(text)
  const place = (offset: number): string => `${file}:${placeOf(starts, offset)}`
  const [first] = errors
  // What follows upon it is what the parser made of it, and leads nobody anywhere.
  if (first) return [`${place(first.offset)}: This is not JSON: ${words(printParseErrorCode(first.error))}.`]
  if (!root) return [`${place(0)}: This is not JSON: value expected.`]
  const nearest = nodesOf(root)
  return {
    value: getNodeValue(root),
    misnamed: [...misnamedIn(root, [])],
    place: path => place(nearest(path).offset),
    line: ({ path, message }) => `${place(nearest(path).offset)}: ${formatPath(path)}: ${message}`,
  }
}

/** Found once: to count the lines before each of thousands of values takes a large file half a minute. */
function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
}

function placeOf(starts: readonly number[], offset: number): string {
  let [line, after] = [0, starts.length]
  while (after - line > 1) {
    const middle = (line + after) >> 1
    if ((starts[middle] ?? 0) <= offset) line = middle
    else after = middle
  }
  return `${line + 1}:${offset - (starts[line] ?? 0) + 1}`
}

/** `CommaExpected` → `comma expected`. */
function words(code: string): string {
  return code.replace(/\B[A-Z]/g, letter => ` ${letter}`).toLowerCase()
}

/** Finds the node at a path; what is missing is blamed on the object it is missing from. */
function nodesOf(root: Node): (path: ConfigPath) => Node {
  const known = new Map<Node, ReadonlyMap<unknown, Node>>()
  // Each object is looked through once, however many of its members are asked for.
  function membersOf(node: Node): ReadonlyMap<unknown, Node> {
    const found = known.get(node) ?? namedIn(node)
    known.set(node, found)
    return found
  }
  return path => {
    let at = root
    for (const step of path) {
      const next = typeof step === 'number' ? at.children?.[step] : membersOf(at).get(step)
      if (!next) break
      at = next
    }
    return at.parent?.type === 'property' ? at.parent : at
  }
}

/** Of members that stand twice the first. */
function namedIn({ type, children = [] }: Node): ReadonlyMap<unknown, Node> {
  const members = type === 'object' ? children.toReversed() : []
  return new Map(members.flatMap(({ children: [name, value] = [] }) => (name && value ? [[name.value, value]] : [])))
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
