import type { Usage } from '@modelgate/core'

/** What a stream's last comment claims. */
interface ClaimedReport {
  readonly attempts?: readonly { readonly target: string; readonly code: string }[]
  readonly usageSource?: string
  readonly costUsd?: number | null
}

/** An answer as its client got it: nothing in it is the gateway's word for it but headers and `report`. */
export interface Sight {
  readonly status: number
  readonly headers: Headers
  readonly isStream: boolean
  /** `error.code` of the body, or of each error event. */
  readonly errors: readonly string[]
  /** Whether text, a tool call or a vector was there. */
  readonly hasContent: boolean
  /** Vectors have no finish_reason. */
  readonly isVectors: boolean
  readonly finishReason: string | undefined
  readonly isDone: boolean
  readonly usage: Usage | undefined
  readonly serviceTier: string | undefined
  readonly report: ClaimedReport | undefined
  readonly holdsHtml: boolean
  /** Events that are no JSON: a client's own parser throws at them. */
  readonly unreadable: number
  /** The connection broke while the answer was read. */
  readonly brokeOff: boolean
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly brokeOff: boolean
}

interface Body {
  readonly error?: { readonly code?: string | null; readonly type?: string }
  readonly choices?: readonly {
    readonly delta?: Said
    readonly message?: Said
    readonly finish_reason?: string | null
  }[]
  readonly data?: readonly { readonly embedding?: unknown }[]
  readonly usage?: Usage | null
  readonly service_tier?: string | null
}
interface Said {
  readonly content?: string | null
  readonly reasoning_content?: string | null
  readonly tool_calls?: readonly unknown[] | null
}

/** Reads an answer's bytes. */
export function readSight({ status, headers, text, brokeOff }: RawAnswer): Sight {
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  const lines = isStream ? text.split('\n') : []
  const data = lines.flatMap(line => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []))
  const sources = isStream ? data.filter(event => event !== '[DONE]') : [text]
  const bodies = sources.flatMap(each => parsed<Body>(each) ?? [])
  const comment = lines.findLast(line => line.startsWith(': modelgate '))
  const choices = bodies.flatMap(body => body.choices ?? [])
  const isVectors = bodies.some(body => body.data?.some(({ embedding }) => embedding !== undefined))
  return {
    status,
    headers,
    isStream,
    brokeOff,
    errors: bodies.flatMap(({ error }) => (error ? [error.code ?? error.type ?? 'an error without a code'] : [])),
    hasContent: isVectors || choices.some(({ delta, message }) => says(delta) || says(message)),
    isVectors,
    finishReason: choices.findLast(choice => choice.finish_reason)?.finish_reason ?? undefined,
    isDone: data.includes('[DONE]'),
    usage: bodies.findLast(body => body.usage)?.usage ?? undefined,
    serviceTier: bodies.findLast(body => body.service_tier)?.service_tier ?? undefined,
    report: comment === undefined ? undefined : parsed<ClaimedReport>(comment.slice(': modelgate '.length)),
    unreadable: sources.length - bodies.length,
    holdsHtml: /<html/i.test(text),
  }
}

function says(said: Said | undefined): boolean {
  return Boolean(said?.content || said?.reasoning_content || said?.tool_calls?.length)
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}

/** What an answer amounts to; `unfinished` is neither whole nor says what went wrong. */
type SightKind = 'whole' | 'error status' | 'in-band error' | 'unfinished'

export function kindOf({ status, errors, hasContent, finishReason, isStream, isDone, isVectors }: Sight): SightKind {
  if (status >= 400) return 'error status'
  if (errors.length > 0) return 'in-band error'
  const isFinished = isVectors || (finishReason !== undefined && (!isStream || isDone))
  return hasContent && isFinished ? 'whole' : 'unfinished'
}

/** In a few words, for the table. */
export function describeSight(sight: Sight): string {
  const [code = 'no error body'] = sight.errors
  switch (kindOf(sight)) {
    case 'whole':
      return sight.isStream ? 'whole stream' : 'whole answer'
    case 'error status': {
      const retryAfter = sight.headers.get('retry-after')
      return `${sight.status} ${code}${retryAfter === null ? '' : `, Retry-After ${retryAfter}`}`
    }
    case 'in-band error':
      return `in-band error ${code}${sight.isDone ? ', then [DONE]' : ''}`
    case 'unfinished':
      if (sight.status === 0) return 'no answer'
      return sight.hasContent ? `${sight.status}, broken off without a word` : `${sight.status} and nothing`
  }
}
