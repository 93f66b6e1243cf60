import { isObject } from './is-object.ts'
import { memberOf, type OpenAIClient } from './openai-client.ts'
import { secretsIn } from './upstream.ts'

/**
 * What a client of the package `openai` sends and no caller may see, although an upstream may quote it: its key, and the secrets in
 * its default headers.
 */
export function clientSecrets(client: OpenAIClient): string[] {
  const { values = defaultHeaders(client) } = built(defaultHeaders(client))
  const secrets = entriesOf(values).flatMap(secretsInHeader)
  return client.apiKey ? [client.apiKey, ...secrets] : secrets
}

function defaultHeaders(client: OpenAIClient): unknown {
  return memberOf(memberOf(client, '_options'), 'defaultHeaders')
}

/** Where the environment gives headers, too, the client has put both together into `{ values: Headers, nulls }`. */
function built(headers: unknown): { readonly values?: unknown } {
  return memberOf(headers, 'nulls') === undefined ? {} : { values: memberOf(headers, 'values') }
}

/** A `Headers`, pairs, or an object: whatever the client takes. */
function entriesOf(headers: unknown): readonly unknown[] {
  if (!isObject(headers)) return []
  return isIterable(headers) ? [...headers] : Object.entries(headers)
}

function secretsInHeader(entry: unknown): string[] {
  const [name, value]: readonly unknown[] = Array.isArray(entry) ? entry : []
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.flatMap(text => (typeof text === 'string' ? secretsIn({ [String(name)]: text }) : []))
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}
