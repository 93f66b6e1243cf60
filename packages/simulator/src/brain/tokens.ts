/** Cuts text into token-like pieces of about four characters; joined they are the text again. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s?[^\s]{1,5}|\s/gu) ?? []
}

/** How many tokens the text would be billed as. */
export function countTokens(text: string): number {
  return tokensOf(text).length
}
