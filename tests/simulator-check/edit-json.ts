/** A change to JSON of any shape; the original stays as it is. */
export type Edit = (value: unknown) => unknown

/** Where a member stands, as `messages.0.content.1.text`. */
type Path = string

/** Sets a member; objects that are not there are made. */
export function put(path: Path, member: unknown): Edit {
  return root => edited(root, path.split('.'), () => member)
}

/** Takes a member out of its object, or an element out of its array. */
export function drop(path: Path): Edit {
  return change(path, () => gone)
}

/** Changes a member. @throws {Error} when there is none: what this was made for is not sent any more. */
export function change(path: Path, edit: Edit): Edit {
  const presently: Edit = member => {
    if (member === undefined) throw new Error(`there is nothing at ${path}`)
    return edit(member)
  }
  return root => edited(root, path.split('.'), presently)
}

/** Puts elements at an array's end. */
export function append(path: Path, ...elements: readonly unknown[]): Edit {
  return change(path, array => [...listOf(array), ...elements])
}

/** Puts elements before an array's first. */
export function prepend(path: Path, ...elements: readonly unknown[]): Edit {
  return change(path, array => [...elements, ...listOf(array)])
}

/** One edit after the other. */
export function all(...edits: readonly Edit[]): Edit {
  return root => edits.reduce((value, edit) => edit(value), root)
}

/** What stands in the place of a member that is to go. */
const gone: unique symbol = Symbol('gone')

function edited(value: unknown, [key, ...rest]: readonly string[], edit: Edit): unknown {
  if (key === undefined) return edit(value)
  if (Array.isArray(value)) {
    const element = edited(value[Number(key)], rest, edit)
    return element === gone ? value.toSpliced(Number(key), 1) : Object.assign([...listOf(value)], { [key]: element })
  }
  const members: Readonly<Record<string, unknown>> = typeof value === 'object' ? { ...value } : {}
  const { [key]: old, ...others } = members
  const member = edited(old, rest, edit)
  return member === gone ? others : { ...others, [key]: member }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${JSON.stringify(value)} is no array`)
  return value as readonly unknown[]
}
