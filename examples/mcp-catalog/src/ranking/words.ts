import { stopWords } from './stop-words.ts'
import { synonyms } from './synonyms.ts'

/** Lower case, without accents: "Café" and "cafe" are one word. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
}

/** The words of a text. One with hyphens is kept as a whole, too: "Wi-Fi" is "wifi", "wi" and "fi". */
export function toWords(text: string): string[] {
  return fold(text)
    .replace(/['’]s\b/g, '')
    .split(/[^\p{L}\p{N}-]+/u)
    .flatMap(word => (word.includes('-') ? [word.replaceAll('-', ''), ...word.split('-')] : [word]))
    .filter(word => word !== '')
}

/** One form for singular and plural, as English builds them. */
export function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(?:ch|sh|ss|x)es$/.test(word)) return word.slice(0, -2)
  if (word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1)
  return word
}

/** A word of a query, as the index knows it. */
export interface QueryTerm {
  readonly term: string
  /** How much it counts beside the others. */
  readonly weight: number
}

/** What the customer may have meant, too, counts less than what the word means first. */
const alsoMeant = 0.6

/** What a query says about products: for each word of it, without those of asking, what it means in the catalogue's language. */
export function toMeanings(text: string): (readonly string[])[] {
  return toWords(text)
    .filter(word => !stopWords.has(word))
    .map(stem)
    .filter(word => (word.length > 1 || /\d/.test(word)) && !stopWords.has(word))
    .map(meaningOf)
}

/** The terms of all meanings, each once. */
export function toQueryTerms(meanings: readonly (readonly string[])[]): QueryTerm[] {
  const terms = new Map<string, number>()
  for (const meant of meanings) {
    for (const [at, term] of meant.entries()) {
      terms.set(term, Math.max(terms.get(term) ?? 0, at === 0 ? 1 : alsoMeant))
    }
  }
  return [...terms].map(([term, weight]) => ({ term, weight }))
}

/** Endings of other languages are tried off: "Wanderschuhe", "légère", "impermeabili". */
function meaningOf(word: string): readonly string[] {
  const bare = /^(.{3,}?)(?:e[nrsm]?|[aoi])$/.exec(word)?.[1]
  return synonyms.get(word) ?? (bare === undefined ? undefined : synonyms.get(bare)) ?? [word]
}
