import { spellingOf } from '@modelgate/core'

/**
 * What is wrong with arguments, as `parseArgs` says it, but for its advice on values that begin with a dash.
 * @param options the names that there are, of which one is proposed for a name that there is not
 */
export function argumentFault(error: unknown, options: readonly string[]): string {
  if (!(error instanceof Error)) return String(error)
  const message = error.message.replace(/\. To specify a positional argument .*$/s, '.')
  const unknown = /^Unknown option '--(.+?)'/.exec(message)?.[1]
  const meant = unknown && spellingOf(unknown, options)
  return meant === undefined ? message : `Unknown option '--${unknown}'; did you mean --${meant}?`
}
