/** What is wrong with arguments, as `parseArgs` says it, but for its advice on values that begin with a dash. */
export function argumentFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message.replace(/\. To specify a positional argument .*$/s, '.')
}
