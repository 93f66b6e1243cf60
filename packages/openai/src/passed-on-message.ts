const maxLength = 1_000
const mask = '[masked]'

/** Keys in the shapes that OpenAI and the servers compatible with it issue, bearer tokens, and who the operator is at OpenAI. */
const shapes =
  /\bBearer\s+\S+|\b(?:sk|pk|rk|gsk|xai|nvapi|hf|r8|fw|pplx|csk|org|proj)[-_][\w*-]{8,}|\bAIza[\w-]{16,}|\beyJ[\w.-]{16,}/gi

/** Key and principal ids of AWS, and Bedrock's API keys, which a server that speaks OpenAI's API before Bedrock quotes. */
const awsShapes =
  /A(?:KIA|SIA|ROA|IDA|GPA|IPA|NPA|NVA|SCA)[A-Z0-9]{12,}|\bABSK[\w+/=-]{16,}|\bbedrock-api-key-[\w+/=-]+/g

/** A shorter key is a placeholder (`EMPTY`, `ollama`, `k`), which other words may contain. */
const minKeyLength = 8

/**
 * An upstream's message as callers may see it: one line, at most 1,000 characters, secrets masked: those that are given, the
 * longest first, and whatever is shaped like one.
 */
export function passedOnMessage(message: string, secrets: readonly string[]): string {
  // What is known to be secret goes first: a cut must not leave a part of it.
  const known = secrets.reduce(withoutSecret, message)
  // Cut before masking, so that a huge message costs little, and after it, for the mask may be the longer.
  const line = known
    .slice(0, 10 * maxLength)
    .replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
  return line.replaceAll(shapes, mask).replaceAll(awsShapes, mask).slice(0, maxLength)
}

function withoutSecret(text: string, secret: string): string {
  if (secret.length >= minKeyLength) return text.replaceAll(secret, mask)
  return text.replaceAll(new RegExp(`(?<!\\w)${secret.replaceAll(/\W/g, String.raw`\$&`)}(?!\\w)`, 'g'), mask)
}

/** An upstream's `error.code` or `error.type`, or an id of its own; `undefined` if it is no such word, or a secret. */
export function passedOnName(name: string | undefined, secrets: readonly string[]): string | undefined {
  return name !== undefined && /^[\w.-]{1,64}$/.test(name) ? unlessSecret(name, secrets) : undefined
}

/** An upstream's `error.param`; `undefined` if it is no path to a member of a request, or holds a secret. */
export function passedOnParam(param: string | undefined, secrets: readonly string[]): string | undefined {
  return param !== undefined && /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(param) ? unlessSecret(param, secrets) : undefined
}

function unlessSecret(text: string, secrets: readonly string[]): string | undefined {
  return passedOnMessage(text, secrets) === text ? text : undefined
}
