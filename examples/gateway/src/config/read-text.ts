/** What a variable's text says, or the rest of a sentence that begins with its name. */
type ReadText = { readonly value: unknown } | { readonly fault: string }
export type TextReader = (text: string) => ReadText

/** A text of a form; a fault repeats it, so it is for no secret. */
export function readText(form: RegExp, inWords: string): TextReader {
  return text => (form.test(text) ? { value: text } : { fault: `must be ${inWords}, got '${text}'.` })
}

/** A whole number, in decimal digits alone. */
export function wholeNumber({ least = 0, most }: { readonly least?: number; readonly most: number }): TextReader {
  return text => {
    const value = Number(text)
    if (/^\d{1,15}$/.test(text) && value >= least && value <= most) return { value }
    return { fault: `must be a whole number from ${least} to ${most}, got '${text}'.` }
  }
}

export const trueOrFalse: TextReader = text =>
  text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { fault: `must be 'true' or 'false', got '${text}'.` }
