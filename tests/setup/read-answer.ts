import type http from 'node:http'

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** What an answer says to its caller, taken at its word and without mercy. */
export type Seen =
  /** An answer that looks complete. */
  | { readonly seen: 'whole'; readonly content: string; readonly finishReason: string }
  /** A status that tells the truth, and OpenAI's error envelope. */
  | {
      readonly seen: 'refused'
      readonly status: number
      readonly code: string
      readonly retryAfter: string | undefined
    }
  /** 200 and some content, and then one error event as the last word. */
  | { readonly seen: 'broken off'; readonly code: string; readonly content: string }
  /** Anything else, which no caller should ever see. */
  | { readonly seen: 'nonsense'; readonly why: string }

/** Reads an answer of `/v1/chat/completions`, streamed or not. */
export function readAnswer({ status, headers, text }: WireAnswer): Seen {
  if (status !== 200) return readRefusal(status, headers, text)
  return headers['content-type']?.startsWith('text/event-stream') ? readStream(text) : readCompletion(text)
}

interface Chunk {
  readonly error?: { readonly code: string }
  readonly choices?: readonly {
    readonly delta?: { readonly role?: string; readonly content?: string | null }
    readonly message?: { readonly content: string }
    readonly finish_reason?: string | null
  }[]
}

function readRefusal(status: number, headers: http.IncomingHttpHeaders, text: string): Seen {
  const { error } = (jsonOf(text) ?? {}) as { error?: Readonly<Record<string, unknown>> }
  const members = Object.keys(error ?? {})
    .toSorted()
    .join()
  if (members !== 'code,message,param,type' || typeof error?.message !== 'string' || error.message === '')
    return { seen: 'nonsense', why: `status ${status} with ${text}` }
  return { seen: 'refused', status, code: String(error.code), retryAfter: headers['retry-after'] }
}

function readCompletion(text: string): Seen {
  const [choice] = (jsonOf(text) as Chunk | undefined)?.choices ?? []
  if (!choice?.message || !choice.finish_reason) return { seen: 'nonsense', why: `a completion ${text}` }
  return { seen: 'whole', content: choice.message.content, finishReason: choice.finish_reason }
}

function readStream(text: string): Seen {
  const events = text.split('\n\n').filter(event => event !== '' && !event.startsWith(':'))
  const last = events.pop() ?? ''
  const chunks: Chunk[] = []
  for (const event of events) {
    const chunk = event.startsWith('data: ') ? (jsonOf(event.slice(6)) as Chunk | undefined) : undefined
    if (!chunk) return { seen: 'nonsense', why: `the event ${event.slice(0, 300)}` }
    chunks.push(chunk)
  }
  if (chunks.some(({ error }) => error)) return { seen: 'nonsense', why: `${last} after an error event` }
  const content = chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join('')
  const finishReason = chunks.flatMap(({ choices }) => choices?.[0]?.finish_reason ?? [])[0]
  const hasRole = chunks.some(({ choices }) => choices?.[0]?.delta?.role === 'assistant')
  const isDone = last === 'data: [DONE]' && text.endsWith('\n\n')
  if (isDone && hasRole && finishReason) return { seen: 'whole', content, finishReason }
  const { error } = (jsonOf(last.slice(6)) ?? {}) as Chunk
  if (error && !finishReason && content !== '') return { seen: 'broken off', code: error.code, content }
  return { seen: 'nonsense', why: `${finishReason ?? 'no finish_reason'}, ${content.length} characters, then ${last}` }
}

function jsonOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
