import type { AnswerHeaders } from '@modelgate/core'

const framing: ReadonlySet<string> = new Set(['connection', 'content-length'])

/** The headers Lambda may be given: it frames the answer itself, and a length or a connection of ours would contradict it. */
export function unframed(headers: AnswerHeaders): AnswerHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.has(name)))
}
