import { goods, goodsInTwo } from './goods.ts'
import { signals } from './signals.ts'

/** What a thing that shops sell counts, when a text names one. */
const thingWeight = 0.5
/** A thing with what it shall be like and no more ("light tent for two") is what people type into a search. */
const phraseWeight = 0.2
const longestPhrase = 12
/** With one of these a text says something about a thing, or asks something of it. */
const verbs = new Set(
  'i he she it they we am is are was were be been do does did has had can could will would shall should may might must says said rang works work mean means'.split(
    ' ',
  ),
)

/**
 * How much a text looks like a question about products, from 0 to 1, by what it says and by nothing else: whether it names a thing that shops
 * sell, talks of buying or of money, or is the mere name of a thing; against work on texts and programs, and questions for a lexicon.
 * Knows English, and the words of German, French, Spanish, Italian and Dutch that are asked most.
 *
 * @param extraGoods names of things that only this shop sells; folded (lower case, no accents), singular
 */
export function productQuestionScore(text: string, extraGoods: ReadonlySet<string> = noGoods): number {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase()
  const words = folded.split(/[^\p{L}\p{N}-]+/u).filter(word => word !== '')
  const namesThing = goodsInTwo.test(folded) || words.some(word => isThing(word, extraGoods))
  let score = namesThing ? thingWeight : 0
  if (namesThing && isPhrase(words, folded)) score += phraseWeight
  for (const { weight, pattern } of signals) if (pattern.test(folded)) score += weight
  return Math.min(1, Math.max(0, score))
}

const noGoods: ReadonlySet<string> = new Set()

/** In singular or plural, of whichever of the languages. */
function isThing(word: string, extra: ReadonlySet<string>): boolean {
  const known = (form: string): boolean => goods.has(form) || extra.has(form)
  if (known(word)) return true
  if (word.length > 4 && word.endsWith('ies') && known(`${word.slice(0, -3)}y`)) return true
  if (/(?:[sn]|es|en|er)$/.test(word) && (known(word.slice(0, -1)) || known(word.slice(0, -2)))) return true
  if (word.endsWith('e') && known(word.slice(0, -1))) return true
  return word.includes('-') && word.split('-').some(part => part.length > 2 && goods.has(part))
}

function isPhrase(words: readonly string[], folded: string): boolean {
  return words.length <= longestPhrase && !/[.:;?]\s+\S/.test(folded) && !words.some(word => verbs.has(word))
}
