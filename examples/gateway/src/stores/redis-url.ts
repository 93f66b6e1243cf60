/** Whether a text is a URL that Redis is found at. */
export function isRedisUrl(text: string): boolean {
  return ['redis:', 'rediss:'].includes(parsed(text)?.protocol ?? '')
}

/** Whether it is one that holds a password. */
export function hasPassword(text: string): boolean {
  return Boolean(parsed(text)?.password)
}

/** Whether a URL names a user, or holds a password. */
export function hasUser(text: string): boolean {
  const { username, password } = parsed(text) ?? {}
  return Boolean(username) || Boolean(password)
}

/** What may be shown of it: host and port. */
export function placeOf(text: string): string {
  return parsed(text)?.host ?? 'an unreadable URL'
}

function parsed(text: string): URL | undefined {
  return URL.parse(text) ?? undefined
}
