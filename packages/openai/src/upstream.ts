/** An upstream as its failures name it. */
export interface Upstream {
  /** The provider's id, for messages. */
  readonly id: string
  /** What the gateway sent it and no caller may see, although an upstream may quote it: the key in use. The longest first. */
  readonly secrets: readonly string[]
}

const secretHeader = /auth|key|token|secret|cookie/i

/** A word of a header's value that is shorter says how the secret is written, as `Basic` does. */
const minSecretLength = 8

/** The secrets in headers that an operator set, such as `{ 'api-key': … }`, told by the headers' names. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => secretHeader.test(name))
    .flatMap(([, value]) => value.split(/[\s,;]+/))
    .filter(word => word.length >= minSecretLength)
}

/** Who speaks, and what no message may repeat; the longest secrets first, since one may be part of another. */
export function toUpstream(id: string, secrets: readonly string[]): Upstream {
  return { id, secrets: [...secrets].sort((a, b) => b.length - a.length) }
}
