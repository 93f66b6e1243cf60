import type { Annotation } from '@modelgate/core'
import type { AnswerCitation } from '../wire/converse-answer-wire.ts'

/** A passage of an answer's content, in UTF-16 units as JavaScript counts; the end is exclusive. */
export interface Passage {
  readonly start: number
  readonly end: number
}

/**
 * A citation as OpenAI has them. None for a source without a web address, which OpenAI has no word for: a document of the
 * request, cited by page or character.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
 */
export function toAnnotations(citation: AnswerCitation, { start, end }: Passage): Annotation[] {
  const url = citation.location?.web?.url || addressIn(citation.source)
  if (!url) return []
  const title = citation.title || citation.location?.web?.domain || url
  return [{ type: 'url_citation', url_citation: { start_index: start, end_index: end, title, url } }]
}

/** A search result names its source in the caller's words, often by address. */
function addressIn(source: string | null | undefined): string | undefined {
  return source && /^https?:\/\//i.test(source) ? source : undefined
}
