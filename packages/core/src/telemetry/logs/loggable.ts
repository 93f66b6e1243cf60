import { redactKeys } from '../content/redact-secrets.ts'

const masked = '[redacted]'

/** Names whose values are secrets. A number is none: `promptTokens` is a count. */
const secretName =
  /authorization|api[-_]?key|secret|token|passw(?:or)?d|passphrase|cookie|credential|private[-_]?key|signature|^x-aws-/i

/** What a line may hold: somebody else's object, such as a client's error, can be a whole connection pool. */
const mostDepth = 6
const mostMembers = 50
const mostValues = 500
const mostChars = 4_096

/**
 * A copy of any value that is fit for a log: JSON, bounded, without what stands under a name of secrets or looks like one. Cycles, getters
 * that throw and what JSON cannot hold are named in their place.
 */
export function loggable(value: unknown): unknown {
  return new Copier().copy(value, 0)
}

/** One string of a log, likewise. */
export function loggableText(text: string): string {
  // Cut first: nobody can send a megabyte that is gone through for each pattern.
  return redactKeys(text.length > mostChars ? `${text.slice(0, mostChars)}…` : text)
}

class Copier {
  private readonly above: object[] = []
  private left = mostValues

  copy(value: unknown, depth: number): unknown {
    if (this.left <= 0) return '[cut]'
    this.left -= 1
    switch (typeof value) {
      case 'string':
        return loggableText(value)
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'bigint':
        return String(value)
      case 'function':
      case 'symbol':
        return `[${typeof value}]`
      case 'object':
        return value === null ? null : this.copyObject(value, depth)
      default:
        return value
    }
  }

  private copyObject(value: object, depth: number): unknown {
    if (this.above.includes(value)) return '[circular]'
    if (depth >= mostDepth) return '[deep]'
    this.above.push(value)
    try {
      return this.copyMembers(value, depth + 1)
    } catch {
      return '[unreadable]'
    } finally {
      this.above.pop()
    }
  }

  /** @throws what a proxy, or a `toJSON`, throws. */
  private copyMembers(value: object, depth: number): unknown {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
    if (value instanceof Error) return this.copyNamed(value, ['name', 'message', 'code', 'stack', 'cause'], depth)
    if (value instanceof Map || value instanceof Set) return `[${value.size} members]`
    const toJson: unknown = Reflect.get(value, 'toJSON')
    if (typeof toJson === 'function') return this.copy(Reflect.apply(toJson, value, []), depth)
    if (Array.isArray(value)) {
      const members = value.slice(0, mostMembers).map(member => this.copy(member, depth))
      return value.length > mostMembers ? [...members, `[${value.length - mostMembers} more]`] : members
    }
    return this.copyNamed(value, Object.keys(value).slice(0, mostMembers), depth)
  }

  private copyNamed(value: object, names: readonly string[], depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = Object.create(null)
    for (const name of names) {
      const member = this.readMember(value, name, depth)
      if (member !== undefined) copy[loggableText(name)] = member
    }
    return copy
  }

  private readMember(value: object, name: string, depth: number): unknown {
    try {
      const member: unknown = Reflect.get(value, name)
      const isPlain =
        member === undefined || member === null || typeof member === 'number' || typeof member === 'boolean'
      return secretName.test(name) && !isPlain ? masked : this.copy(member, depth)
    } catch {
      return '[unreadable]'
    }
  }
}
