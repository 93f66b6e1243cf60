interface StreamedChunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string } }[]
}

/** One event of a stream on one line: the text it adds, in quotes, or the event as it came where it adds none. */
export function showEvent(event: string): string {
  const data = event.replace(/^data: /, '')
  if (!data.startsWith('{')) return event
  const { choices } = JSON.parse(data) as StreamedChunk
  const text = choices?.[0]?.delta?.content
  return text ? JSON.stringify(text) : event
}
