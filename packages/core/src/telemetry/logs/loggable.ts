import { redactKeys } from '../content/redact-secrets.ts'

const masked = '[redacted]'

/** Names whose values are secrets. */
const secretName =
  /authorization|(?:api|access|private)[-_]?key|secret|token|passw(?:or)?d|pwd|passphrase|cookie|credential|signature|^x-aws-/i
/** Names whose numbers are none. */
const countName = /tokens/i

/** What a line may hold: somebody else's object, such as a client's error, can be a whole connection pool. */
const mostDepth = 6
const mostMembers = 50
const mostValues = 500
const mostChars = 4_096
/** In all: collectors cut a line, or throw it away, and nobody should wait for one that is gone through for secrets. */
const mostCharsOfLine = 65_536

/**
 * A copy of any value that is fit for a log: JSON, bounded, without what stands under a name of secrets or looks like one. Cycles, getters
 * that throw and what JSON cannot hold are named in their place.
 */
export function loggable(value: unknown): unknown {
  return new Copier().copy(value, 0)
}

/** One string of a log, likewise. */
export function loggableText(text: string, most: number = mostChars): string {
  // Cut first: nobody can send a megabyte that is gone through for each pattern.
  return redactKeys(text.length > most ? `${text.slice(0, most)}…` : text)
}

class Copier {
  private readonly above: object[] = []
  private left = mostValues
  private charsLeft = mostCharsOfLine

  copy(value: unknown, depth: number): unknown {
    if (this.left <= 0 || this.charsLeft <= 0) return '[cut]'
    this.left -= 1
    switch (typeof value) {
      case 'string':
        return this.copyText(value)
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

  private copyText(text: string): string {
    const most = Math.min(mostChars, this.charsLeft)
    this.charsLeft -= Math.min(text.length, most)
    return loggableText(text, most)
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
      if (member !== undefined) copy[this.copyText(name)] = member
    }
    return copy
  }

  private readMember(value: object, name: string, depth: number): unknown {
    try {
      const member: unknown = Reflect.get(value, name)
      return secretName.test(name) && mayBeSecret(name, member) ? masked : this.copy(member, depth)
    } catch {
      return '[unreadable]'
    }
  }
}

function mayBeSecret(name: string, member: unknown): boolean {
  if (typeof member === 'number') return !countName.test(name)
  return member !== undefined && member !== null && typeof member !== 'boolean'
}
