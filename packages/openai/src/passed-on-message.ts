const maxLength = 1_000

/** Keys in the shapes that OpenAI and the servers compatible with it issue, bearer tokens, and who the operator is at OpenAI. */
const secrets =
  /\bBearer\s+\S+|\b(?:sk|pk|rk|gsk|xai|nvapi|hf|r8|fw|pplx|csk|org|proj)[-_][\w*-]{8,}|\bAIza[\w-]{16,}|\beyJ[\w.-]{16,}/gi

/** An upstream's message as callers may see it: one line, at most 1,000 characters, secrets masked. */
export function passedOnMessage(message: string): string {
  // Cut before masking, so that a huge message costs little, and after it, for the mask may be the longer.
  const line = message
    .slice(0, 10 * maxLength)
    .replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
  return line.replaceAll(secrets, '[masked]').slice(0, maxLength)
}
