/** A planted text, and where it came out. */
export interface Leak {
  readonly what: string
  readonly where: string
}

/** A piece of this length is no accident. */
const pieceLength = 16

/** Which planted texts stand in what came out: whole or a piece of them, as they are, escaped, in base64, or in hexadecimal digits. */
export function leaksIn(seen: Readonly<Record<string, string>>, planted: object): Leak[] {
  const leaks: Leak[] = []
  for (const [where, text] of Object.entries(seen)) {
    const plain = text.replaceAll('\\', '')
    for (const [what, value] of Object.entries(planted)) {
      if (formsOf(String(value)).some(form => plain.includes(form))) leaks.push({ what, where })
    }
  }
  return leaks
}

function formsOf(text: string): string[] {
  return [...piecesOf(text), ...base64Of(text), hexOf(text)].flatMap(form => [form, encodeURIComponent(form)])
}

/** Every piece: a mask that leaves the beginning or the end of a secret is a leak, too. */
function piecesOf(text: string): string[] {
  const count = Math.max(1, text.length - pieceLength + 1)
  return Array.from({ length: count }, (_, at) => text.slice(at, at + pieceLength))
}

/** The text's base64 at each of the three places in which its bytes can fall, without the characters that what stands around decides. */
function base64Of(text: string): string[] {
  return [0, 1, 2].map(shift => {
    const encoded = Buffer.from('x'.repeat(shift) + text).toString('base64')
    return encoded.slice(4, -6)
  })
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex')
}
