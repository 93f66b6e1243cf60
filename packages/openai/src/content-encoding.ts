import type { UpstreamResponse } from '@modelgate/core'

/** How a body is encoded, such as `gzip`, although we asked for `identity`; `undefined` if it is not. */
export function contentEncoding({ headers }: UpstreamResponse): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  return encoding === 'identity' ? undefined : encoding || undefined
}
