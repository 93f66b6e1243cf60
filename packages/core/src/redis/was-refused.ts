/** Errors of the server, which has run nothing then, and of clients that had no connection to send anything over. */
export function wasRefused(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const { name, message } = error
  return refusals.has(name) || message.startsWith("Stream isn't writeable")
}

/** Of ioredis and iovalkey; of node-redis the other three. */
const refusals: ReadonlySet<string> = new Set([
  'ReplyError',
  'SimpleError',
  'ErrorReply',
  'ClientClosedError',
  'ClientOfflineError',
])
