/** Whether a text is an origin as browsers send them, or `*`: what is written otherwise would never be equal to one. */
export function isOrigin(text: string): boolean {
  return text === '*' || (/^https?:/.test(text) && URL.parse(text)?.origin === text)
}

/** Why credentials and `*` do not go together. https://fetch.spec.whatwg.org/#cors-protocol-and-credentials */
export const openCredentials =
  "browsers refuse credentials where every origin may call; name the origins, or leave 'credentials' out."
