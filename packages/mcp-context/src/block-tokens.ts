import { Buffer } from 'node:buffer'
import { bytesPerToken } from '@modelgate/core'

const runs = /[A-Za-z]+|[0-9]+|[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+|\P{ASCII}+/gu

/**
 * About how many tokens a text has, rather too many than too few: never fewer than its bytes at 3.6 a token, and a token for five
 * letters, three digits, two marks, or two bytes of what is beyond ASCII: tokenizers know few ideographs and emoji as a whole. What is full of
 * escapes costs more than prose of its length.
 */
export function blockTokens(text: string): number {
  let tokens = 0
  for (const [run] of text.matchAll(runs)) tokens += tokensOfRun(run)
  return Math.max(tokens, Math.ceil(Buffer.byteLength(text) / bytesPerToken))
}

/** The most bytes, and so the most tokens whatever the tokenizer, of a text of so many tokens as {@link blockTokens} counts. */
export function mostBytes(tokens: number): number {
  return Math.ceil(tokens * bytesPerToken)
}

function tokensOfRun(run: string): number {
  const first = run.charCodeAt(0)
  if (first > 0x7f) return Math.ceil(Buffer.byteLength(run) / 2)
  if (first >= 0x30 && first <= 0x39) return Math.ceil(run.length / 3)
  return Math.ceil(run.length / (/[A-Za-z]/.test(run) ? 5 : 2))
}
