/**
 * What is not seen, or changes how its neighbours are seen: controls, format characters (zero-width ones, bidirectional overrides, tags),
 * variation selectors, fillers, surrogates without their other half, private and unassigned code points.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu
const spaces = /[\s\u2800]+/gu

/** One line of visible characters, at most `most` UTF-16 units; no character is cut in half. A long text is looked at from its start. */
export function visibleText(text: string, most: number): string {
  // Of what is longer only so much is looked at: a text of invisible characters alone may be a megabyte.
  const line = text
    .slice(0, most * lookedAt)
    .replaceAll('\ufeff', '')
    .replace(spaces, ' ')
    .replace(unseen, '')
    .replace(spaces, ' ')
    .trim()
  return cut(line, most)
}

const lookedAt = 8

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const isHalf = /[\ud800-\udbff]/.test(text[most - 1] ?? '')
  return text.slice(0, isHalf ? most - 1 : most).trimEnd()
}

/** Parentheses in its address may be balanced. */
const markdownLink = /!?\[([^[\]]{0,300})\]\((?:[^()]|\([^()]*\))*\)/g
const address = /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s"'<>()[\]{}`|]*/gi
const bareAddress =
  /(?:\b(?:data|javascript|vbscript|mailto|file|blob):|\bwww\.|(?<![\w:/])\/\/(?=[\w-]+\.))[^\s"'<>()[\]{}`|]+/gi

/** What a scheme ends in, wherever it stands; the rest of an address with it, where it is of the one kind that may stay. */
const schemeEnd = /https:\/\/[^\s"'<>()[\]{}`|]*|:\/\//gi

/** Without addresses but those of these hosts, and without the form of links and pictures: what they say remains. */
export function withoutAddresses(text: string, allowedHosts: ReadonlySet<string>): string {
  if (!/[:/]|www\./i.test(text)) return text
  const ifAllowed = (found: string): string => (isAllowed(found, allowedHosts) ? found : ' ')
  let before: string | undefined
  let rest = text
  // What is left when something is taken out may be an address, too. Each round makes the text shorter, or is the last.
  while (rest !== before) {
    before = rest
    rest = rest.replace(markdownLink, '$1').replace(address, ifAllowed).replace(bareAddress, ' ')
  }
  return rest.replace(schemeEnd, ifAllowed).replace(spaces, ' ').trim()
}

/** A backslash, a user name or a letter of another alphabet is read differently by different readers. */
function isAllowed(found: string, allowedHosts: ReadonlySet<string>): boolean {
  if (!/^https:\/\/[\x21-\x7e]+$/i.test(found) || /[\\@]/.test(found) || !URL.canParse(found)) return false
  return allowedHosts.has(new URL(found).host)
}
