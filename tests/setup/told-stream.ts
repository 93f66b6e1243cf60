/** How an answer ended, as its client has to take it. */
export type Ending = 'whole' | 'status' | 'in band'

export interface ToldStream {
  readonly status: number
  readonly text: string
  /** All that it had of each; an answer that tells the truth has one, once. */
  readonly endings: readonly Ending[]
  readonly errorCode: string | undefined
}

interface ToldEvent {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
  readonly error?: { readonly code: string; readonly message: string }
}

/**
 * Reads what a client was told in answer to a streamed call, strictly: events of one `data:` line, comments, and blank lines.
 * @throws where it is none of the things that an answer may be, such as an event after the last one.
 */
export function readTold(status: number, body: string): ToldStream {
  if (status !== 200) {
    const { error } = JSON.parse(body) as ToldEvent
    if (!error) throw new Error(`${status} without an error: ${body.slice(0, 200)}`)
    return { status, text: '', endings: ['status'], errorCode: error.code }
  }
  if (!body.endsWith('\n\n')) throw new Error(`The last event was cut: ${body.slice(-200)}`)
  const endings: Ending[] = []
  let text = ''
  let finished = false
  let errorCode: string | undefined
  for (const event of body.slice(0, -2).split('\n\n')) {
    if (event.startsWith(': ') && !event.includes('\n')) continue
    if (!event.startsWith('data: ') || event.includes('\n')) throw new Error(`This is no event: ${event.slice(0, 200)}`)
    if (endings.length > 0) throw new Error(`Said after the end: ${event.slice(0, 200)}`)
    const data = event.slice('data: '.length)
    if (data === '[DONE]') {
      if (!finished) throw new Error('[DONE] without a finish_reason.')
      endings.push('whole')
      continue
    }
    const { choices = [], error } = JSON.parse(data) as ToldEvent
    if (error) {
      if (finished) throw new Error('An error after a finish_reason.')
      endings.push('in band')
      errorCode = error.code
    }
    for (const { delta, finish_reason } of choices) {
      text += delta?.content ?? ''
      finished ||= typeof finish_reason === 'string'
    }
  }
  return { status, text, endings, errorCode }
}
