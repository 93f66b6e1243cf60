const neverConnected: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

/** As the SDK's transport says it of its `connectionTimeout`; its other time limits have errors of the same name. */
const noConnection = 'did not establish a connection'

/** Whether a write that rejected with this is certain to have changed nothing: refused by DynamoDB, or never sent. A timeout, a lost connection and a 5xx leave it open. */
export function changedNothing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && neverConnected.includes(error.code)) return true
  if ('neverSent' in error || (error.name === 'TimeoutError' && error.message.includes(noConnection))) return true
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return false
  const { httpStatusCode } = error.$metadata as { readonly httpStatusCode?: number }
  return httpStatusCode !== undefined && httpStatusCode >= 400 && httpStatusCode < 500
}
