import { visibleText } from './clean-text.ts'

/** UTF-16 units of a query that leave for the source. */
const longestQuery = 512

/** A text as a query: in Unicode's compatibility form, one line, without invisible characters, at most 512 characters. */
export function toQuery(text: string): string {
  return visibleText(visibleText(text, longestQuery * 4).normalize('NFKC'), longestQuery)
}
