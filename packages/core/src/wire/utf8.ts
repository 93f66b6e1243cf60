/** Not fatal, it would put U+FFFD into the prompt and say nothing. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of bytes that came from without.
 * @throws {TypeError} not UTF-8.
 */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
