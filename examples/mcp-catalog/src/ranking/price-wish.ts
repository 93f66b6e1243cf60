/** What a text says about money. */
export interface PriceWish {
  readonly minPrice?: number
  readonly maxPrice?: number
  /** The text without what was understood of it. */
  readonly rest: string
}

const most = String.raw`under|below|less than|cheaper than|no more than|not more than|at most|up to|max(?:imum|imal)?\.?|within|budget(?: is| of)?|unter|bis(?: zu)?|weniger als|h[öo]chstens|moins de|jusqu['’][aà]|menos de|hasta|meno di|sotto(?: i)?|fino a|onder(?: de)?|minder dan|<`
const least = String.raw`over|above|more than|at least|from|min(?:imum)?\.?|[üu]ber|mindestens|plus de|m[aá]s de|pi[uù] di|meer dan|>`
const about = String.raw`(?:\s+(?:about|around|roughly|ca\.?|circa|etwa|environ|unos|circa))?`
const amount = String.raw`\s*(?:€|\$|£|eur|usd)?\s*(\d{1,6}(?:[.,]\d{1,2})?)(?!\d)`
/** A number of these is no price. */
const unit = String.raw`(?!\s*(?:%|°|k?g\b|m[gl]\b|l\b|lit(?:re|er)s?|c?m\b|mm\b|km\b|inch|["”]|hours?|h\b|days?|years?|people|persons?|personnes?|personas?|persone[n]?|square|m²|w\b|watts?|mah|[gtm]b\b|hz|lumens?|bags?|pieces?|calories|kcal|percent))`

const ceiling = new RegExp(`(?<![\\p{L}\\d])(?:${most})${about}${amount}${unit}`, 'iu')
const floor = new RegExp(`(?<![\\p{L}\\d])(?:${least})${about}${amount}${unit}`, 'iu')
const softly = /\b(?:about|around|roughly|ca|circa|etwa|environ|unos)\b/i
/** "About 25" reaches to 30. */
const slack = 1.2

/** Reads a price limit out of a text: "under 50 euros", "max 600", "moins de 20 €". */
export function priceWishOf(text: string): PriceWish {
  const high = ceiling.exec(text)
  const low = floor.exec(text)
  const rest = [high, low].reduce((left, found) => (found ? left.replace(found[0], ' ') : left), text)
  const highest = high ? numberOf(high) * (softly.test(high[0]) ? slack : 1) : undefined
  return {
    rest,
    ...(highest === undefined ? {} : { maxPrice: highest }),
    ...(low ? { minPrice: numberOf(low) } : {}),
  }
}

const numberOf = (found: RegExpExecArray): number => Number((found[1] ?? '').replace(',', '.'))
