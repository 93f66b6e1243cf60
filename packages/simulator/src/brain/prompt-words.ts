const COMMON = new Set(
  'a about all an and any are as at be both by call can do does for from get given has have how i if in into is it its me my not of on only or please return returns should some tell than that the their them then there this to tool up use used using want was we what when where which who will with would you your'.split(
    ' ',
  ),
)

/** The words of a text that carry meaning, lower-case, with tool names taken apart at their joints. */
export function keywords(text: string): readonly string[] {
  const parted = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return (parted.match(/[\p{L}\p{N}]+/gu) ?? []).filter(word => word.length > 2 && !COMMON.has(word))
}

/** Words written with a capital inside a sentence, neighbours joined: `What about New York and Rome?` gives New York, Rome. */
export function properNouns(text: string): readonly string[] {
  const found = text.match(/(?<![.!?:]\s*|^\s*)\b\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+)*/gu) ?? []
  return [...new Set(found)]
}

/** What stands between quotation marks. */
export function quotedTexts(text: string): readonly string[] {
  return Array.from(
    text.matchAll(/"([^"]{1,200})"|“([^”]{1,200})”|'([^']{1,200})'(?!\w)/g),
    match => match[1] ?? match[2] ?? match[3] ?? '',
  )
}
