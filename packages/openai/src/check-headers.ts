import { GatewayError } from '@modelgate/core'

/**
 * The headers that an option gives, in lower case and without those that are undefined, checked when the provider is made: one
 * that cannot be sent, such as a key with its file's line break, would fail every call.
 * @throws {GatewayError} `invalid_configuration`; it never tells the value, which may be a secret.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function checkHeaders(
  headers: Readonly<Record<string, string | undefined>>,
  provider: string,
): Record<string, string> {
  const checked: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw unsendable(name, provider, 'its name is none')
    if (typeof value !== 'string') throw unsendable(name, provider, 'its value must be a string')
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw unsendable(name, provider, 'its value holds a line break or another character that no header can')
    }
    checked[name.toLowerCase()] = value
  }
  return checked
}

function unsendable(name: string, provider: string, why: string): GatewayError {
  return new GatewayError(
    'invalid_configuration',
    `The provider '${provider}' cannot send the header '${name}': ${why}. Check its options.`,
  )
}
